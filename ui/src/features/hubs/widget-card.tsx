import { Skeleton, Tooltip } from '@mantine/core';
import { IconAlertTriangle, IconClockPause } from '@tabler/icons-react';
import { type ReactNode, Suspense } from 'react';
import type { Widget } from '~/api/contract';
import { Ago } from '~/ui/ago';
import css from './hub.module.css';
import { kindOf } from './widgets/registry';

/** One widget: its last good data, and honestly how old that is when it could not be had anew. */
export function WidgetCard({
  widget,
  workspace,
  tools,
}: {
  widget: Widget;
  workspace: string;
  tools?: ReactNode;
}) {
  const { Render, icon: Icon, flush } = kindOf(widget.kind);
  const { data } = widget;
  return (
    <section className={css.card} aria-label={widget.title}>
      <header className={css.cardHead}>
        <Icon size={16} stroke={1.8} aria-hidden />
        <h2>{widget.title}</h2>
        <span className={css.state}>
          {data.state === 'stale' && (
            <span data-tone="calm">
              <IconClockPause size={14} aria-hidden /> as of <Ago at={data.as_of} />
            </span>
          )}
          {data.state === 'error' && (
            <Tooltip label={data.error ?? 'It could not be had anew.'} multiline maw={320}>
              <span data-tone="warn">
                <IconAlertTriangle size={14} aria-hidden /> {data.value ? 'as of ' : 'failed '}
                <Ago at={data.as_of} />
              </span>
            </Tooltip>
          )}
        </span>
        {tools}
      </header>
      <div className={flush ? css.flush : css.body}>
        {data.value ? (
          <Suspense fallback={<Skeleton height={14} width="60%" />}>
            <Render value={data.value} workspace={workspace} />
          </Suspense>
        ) : (
          <p className={css.failed}>{data.error ?? 'Nothing to show yet.'}</p>
        )}
      </div>
    </section>
  );
}

import { Skeleton } from '@mantine/core';
import { Suspense, useMemo } from 'react';
import type { WidgetKind } from '~/api/contract';
import css from './kind-tile.module.css';
import { kindOf } from './widgets/registry';
import { sampleOf } from './widgets/samples';

interface Props {
  kind: WidgetKind;
  workspace: string;
  disabled: boolean;
  onPick: () => void;
}

/** A kind of the gallery as it will look: its own renderer with a made-up value, which cannot be clicked into. */
export function KindTile({ kind, workspace, disabled, onPick }: Props) {
  const { icon: Icon, Render, flush } = kindOf(kind.kind);
  const value = useMemo(() => sampleOf(kind.kind), [kind.kind]);
  return (
    <div className={css.tile}>
      <div className={css.stage} aria-hidden inert>
        {value ? (
          <div className={css.scaled} data-flush={flush || undefined}>
            <Suspense fallback={<Skeleton height={14} width="60%" />}>
              <Render value={value} workspace={workspace} />
            </Suspense>
          </div>
        ) : (
          <Icon size={34} stroke={1.3} />
        )}
      </div>
      <button type="button" className={css.pick} disabled={disabled} onClick={onPick}>
        <Icon size={18} stroke={1.7} aria-hidden />
        <span>
          <b>{kind.title}</b>
          <small>{kind.description}</small>
        </span>
      </button>
    </div>
  );
}

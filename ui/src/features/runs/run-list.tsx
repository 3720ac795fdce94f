import { Button } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconPlayerPlay } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { RunSummary } from '~/api/contract';
import type { RunFilter } from '~/api/keys';
import { troubleOf } from '~/api/problem';
import { isActive, runsQuery } from '~/api/runs';
import { paths } from '~/paths';
import { Ago, Elapsed } from '~/ui/ago';
import { BoneRows } from '~/ui/bones';
import { Empty } from '~/ui/empty';
import tables from '~/ui/table.module.css';
import { Trouble } from '~/ui/trouble';
import { VerdictBadge } from '~/ui/verdict';
import { duration } from '~/ui/words';
import { liveSentence } from './words';

interface Props {
  workspace: string;
  filter: RunFilter;
  /** The next step when there is nothing to show. */
  empty: ReactNode;
  showTitle?: boolean;
}

/** Runs, newest first, live; j, k and Enter move through them. */
export function RunList({ workspace, filter, empty, showTitle = true }: Props) {
  const list = useInfiniteQuery(runsQuery(workspace, filter));
  const runs = list.data?.pages.flatMap((page) => page.items) ?? [];
  const { picked, body } = usePicking(runs, workspace);

  if (list.isPending) return <BoneRows label="Loading runs" rows={8} />;
  const trouble = troubleOf(list);
  if (trouble) return <Trouble problem={trouble} onRetry={() => list.refetch()} />;
  if (runs.length === 0) {
    const narrowed = Object.entries(filter).some(([name, value]) => name !== 'experiment' && value);
    return (
      <Empty
        icon={IconPlayerPlay}
        title={narrowed ? 'No run fits these filters' : 'No runs yet'}
        action={
          narrowed ? (
            <Button component="a" variant="default" href={paths.runs(workspace)}>
              Show all runs
            </Button>
          ) : (
            empty
          )
        }
      >
        {narrowed
          ? 'Matching runs will appear here.'
          : 'Each run shows here with its verdict, from the moment it is asked for.'}
      </Empty>
    );
  }
  return (
    <>
      <div className={tables.scroll}>
        <table className={tables.table} data-hover>
          <thead>
            <tr>
              <th className={showTitle ? tables.wideOnly : undefined}>Run</th>
              {showTitle && <th>Experiment</th>}
              <th>Verdict</th>
              <th className={tables.wideOnly}>Started by</th>
              <th className={`${tables.number} ${showTitle ? tables.wideOnly : ''}`}>When</th>
              <th className={`${tables.number} ${tables.wideOnly}`}>Took</th>
            </tr>
          </thead>
          <tbody ref={body}>
            {runs.map((run, index) => (
              <Row
                key={run.id}
                run={run}
                workspace={workspace}
                picked={index === picked}
                showTitle={showTitle}
              />
            ))}
          </tbody>
        </table>
      </div>
      {list.hasNextPage && (
        <div style={{ padding: 12, textAlign: 'center' }}>
          <Button variant="default" onClick={() => list.fetchNextPage()} loading={list.isFetchingNextPage}>
            Show older runs
          </Button>
        </div>
      )}
    </>
  );
}

function Row({
  run,
  workspace,
  picked,
  showTitle,
}: {
  run: RunSummary;
  workspace: string;
  picked: boolean;
  showTitle: boolean;
}) {
  const href = paths.run(workspace, run.id);
  const active = isActive(run);
  return (
    <tr data-picked={picked || undefined}>
      <td className={showTitle ? tables.wideOnly : undefined}>
        <a className={tables.title} href={href}>
          Run {run.number}
        </a>
      </td>
      {showTitle && (
        <td>
          <span className={tables.clamped} title={run.title}>
            <a className={tables.title} href={href} tabIndex={-1} style={{ fontWeight: 450 }}>
              {run.title}
            </a>
          </span>
          <div className={`${tables.faint} ${tables.phoneOnly}`}>
            Run {run.number}, <Ago at={run.started_at ?? run.requested_at} />
          </div>
          {active && <div className={tables.faint}>{liveSentence(run)}</div>}
        </td>
      )}
      <td>
        <VerdictBadge run={run} />
      </td>
      <td className={`${tables.dim} ${tables.wideOnly}`}>
        {run.started_by}
        {run.origin !== 'hub' && (
          <span className={tables.faint}>, {run.origin === 'upload' ? 'uploaded' : 'external'}</span>
        )}
      </td>
      <td className={`${tables.number} ${showTitle ? tables.wideOnly : ''}`}>
        <Ago at={run.started_at ?? run.requested_at} />
      </td>
      <td className={`${tables.number} ${tables.wideOnly}`}>
        {active && run.started_at ? (
          <Elapsed from={run.started_at} />
        ) : run.duration_ms != null ? (
          duration(run.duration_ms)
        ) : (
          ''
        )}
      </td>
    </tr>
  );
}

/** j and k move a mark through the rows, Enter opens the marked one. */
function usePicking(runs: RunSummary[], workspace: string) {
  const navigate = useNavigate();
  const [pickedId, setPickedId] = useState<string | null>(null);
  const body = useRef<HTMLTableSectionElement>(null);
  const picked = runs.findIndex((run) => run.id === pickedId);
  const move = (by: number) => {
    const next = Math.min(runs.length - 1, Math.max(0, picked + by));
    setPickedId(runs[next]?.id ?? null);
  };
  useHotkeys([
    ['j', () => move(1)],
    ['k', () => move(picked < 0 ? 0 : -1)],
    [
      'Enter',
      () => {
        // Enter on a link or a button is theirs.
        if (pickedId && !document.activeElement?.matches('a, button'))
          void navigate({ href: paths.run(workspace, pickedId) });
      },
      { preventDefault: false },
    ],
  ]);
  useEffect(() => {
    if (picked >= 0) body.current?.children[picked]?.scrollIntoView({ block: 'nearest' });
  }, [picked]);
  return { picked, body };
}

import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouterState } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import type { Membership, Run, RunSummary } from '~/api/contract';
import { keys } from '~/api/keys';
import { asProblem } from '~/api/problem';
import { isActive, runsQuery, stopRun } from '~/api/runs';
import { may, workspaceName } from '~/api/session';
import { paths } from '~/paths';
import { Elapsed } from '~/ui/ago';
import { lookOf } from '~/ui/verdict';
import css from './frame.module.css';

/** How long the strip stays after the run it showed has ended, so that nothing moves under the pointer. */
const STAYS_MS = 5000;

/** While anything runs in the workspace: what, since when, where it is, and the way to stop it, on every page. */
export function LiveStrip({ membership }: { membership: Membership }) {
  const workspace = workspaceName(membership);
  const list = useInfiniteQuery(runsQuery(workspace));
  const path = useRouterState({ select: (state) => state.location.pathname });
  const all = list.data?.pages.flatMap((page) => page.items) ?? [];
  const active = all.filter(isActive);
  const run = useShown(all, active[0]);
  if (!run) return null;
  if (!isActive(run)) {
    // No control stands where Stop was: a late click must not meet another one.
    return (
      <aside className={css.live} aria-label="Just ended">
        <span className={css.liveText}>
          <b>{run.title}</b> ended: {lookOf(run).word}. <a href={paths.run(workspace, run.id)}>View</a>
        </span>
      </aside>
    );
  }
  const watching = path === paths.run(workspace, run.id);
  return (
    <aside className={css.live} aria-label="Running now">
      <span className={css.dot} aria-hidden />
      <span className={css.liveText}>
        <b>{run.title}</b> {stateWords(run)}
        {run.started_at && (
          <>
            {' '}
            for <Elapsed from={run.started_at} />
          </>
        )}
        {run.phase && `, ${run.phase}`}
        {run.progress.total > 0 &&
          `, step ${Math.min(run.progress.done + 1, run.progress.total)} of ${run.progress.total}`}
        {run.progress.current && (
          <>
            : <b>{run.progress.current}</b>
          </>
        )}
      </span>
      {active.length > 1 && (
        <a href={paths.runs(workspace, { state: 'active' })}>and {active.length - 1} more</a>
      )}
      {!watching && (
        <Button component="a" variant="default" size="compact-sm" href={paths.run(workspace, run.id)}>
          Watch
        </Button>
      )}
      {may(membership, 'run:stop') && run.origin !== 'upload' && <Stop run={run} />}
    </aside>
  );
}

/** The run that the strip shows: the same one until some seconds after its end, so that Stop never changes its target. */
function useShown(all: RunSummary[], newest: RunSummary | undefined): RunSummary | undefined {
  const [shownId, setShownId] = useState<string | null>(null);
  const shown = all.find((run) => run.id === shownId);
  const next = newest?.id ?? null;
  const over = shown !== undefined && !isActive(shown);
  useEffect(() => {
    if (!over) return;
    const timer = setTimeout(() => setShownId(next), STAYS_MS);
    return () => clearTimeout(timer);
  }, [over, next]);
  if (!shown && shownId !== next) setShownId(next);
  return shown ?? newest;
}

function Stop({ run }: { run: RunSummary }) {
  const client = useQueryClient();
  const stop = useMutation({
    mutationFn: () => stopRun(run.id, 'graceful'),
    onSuccess: (stopped: Run) => client.setQueryData(keys.run(run.id), stopped),
    onError: (cause) =>
      notifications.show({ color: 'red', title: 'It was not stopped', message: asProblem(cause).message }),
  });
  const stopping = run.state === 'stopping';
  return (
    <Button
      variant="default"
      size="compact-sm"
      c="var(--bad)"
      onClick={() => stop.mutate()}
      loading={stop.isPending}
      disabled={stopping}
      aria-label={`Stop ${run.title}`}
    >
      {stopping ? 'Stopping' : 'Stop'}
    </Button>
  );
}

function stateWords(run: RunSummary): string {
  return run.state === 'running' ? 'running' : run.state;
}

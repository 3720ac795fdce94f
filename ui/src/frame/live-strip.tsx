import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouterState } from '@tanstack/react-router';
import type { Membership, Run, RunSummary } from '~/api/contract';
import { keys } from '~/api/keys';
import { asProblem } from '~/api/problem';
import { isActive, runsQuery, stopRun } from '~/api/runs';
import { may, workspaceName } from '~/api/session';
import { paths } from '~/paths';
import { Elapsed } from '~/ui/ago';
import css from './frame.module.css';

/** While anything runs in the workspace: what, since when, where it is, and the way to stop it, on every page. */
export function LiveStrip({ membership }: { membership: Membership }) {
  const workspace = workspaceName(membership);
  const list = useInfiniteQuery(runsQuery(workspace));
  const path = useRouterState({ select: (state) => state.location.pathname });
  const active = list.data?.pages.flatMap((page) => page.items).filter(isActive) ?? [];
  const run = active[0];
  if (!run) return null;
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

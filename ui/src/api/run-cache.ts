import type { InfiniteData, QueryClient } from '@tanstack/react-query';
import type { Experiment, ExperimentSummary, Me, Page, Run, RunMark, RunSummary } from './contract';
import { keys, type RunFilter } from './keys';
import { workspaceName } from './session';

/** A run as the stream, or the answer to our own asking, tells it. */
export function applyRun(client: QueryClient, run: RunSummary): void {
  const old = client.getQueryData<Run>(keys.run(run.id));
  if (old) {
    client.setQueryData<Run>(keys.run(run.id), {
      ...old,
      ...run,
      can_stop: old.can_stop && run.state !== 'ended',
    });
    // A summary does not tell reasons, warnings or the journal; they change with the state.
    if (old.state !== run.state || old.verdict !== run.verdict) {
      void client.invalidateQueries({ queryKey: keys.run(run.id), exact: true });
      void client.invalidateQueries({ queryKey: keys.events(run.id) });
    }
  }
  const workspace = workspaceOf(client, run.workspace_id);
  for (const [key, list] of client.getQueriesData<InfiniteData<Page<RunSummary>, string>>({
    queryKey: ['runs'],
  })) {
    const [, of, filter] = key as ReturnType<typeof keys.runs>;
    if (list && of === workspace) client.setQueryData(key, withRun(list, run, filter));
  }
  for (const [key, page] of client.getQueriesData<Page<ExperimentSummary>>({
    queryKey: ['experiments', workspace],
  })) {
    // A list that waits to be read again must not look fresh; what it does not hold, it does not get from a run.
    if (!page?.items.some((one) => one.id === run.experiment_id)) continue;
    if (client.getQueryState(key)?.isInvalidated) continue;
    client.setQueryData(key, { ...page, items: page.items.map((one) => withMark(one, run)) });
  }
  const page = keys.experiment(run.experiment_id ?? '');
  const shown = client.getQueryData<Experiment>(page);
  if (shown && !client.getQueryState(page)?.isInvalidated) client.setQueryData(page, withMark(shown, run));
}

/** The list with this run in its place: changed where it stands, put first when new, left out when it no longer fits. */
function withRun(
  list: InfiniteData<Page<RunSummary>, string>,
  run: RunSummary,
  filter: RunFilter,
): InfiniteData<Page<RunSummary>, string> {
  const known = list.pages.some((page) => page.items.some((one) => one.id === run.id));
  const pages = list.pages.map((page, index) => {
    if (known) {
      const items = page.items.map((one) => (one.id === run.id ? run : one));
      return { ...page, items: items.filter((one) => one.id !== run.id || fits(run, filter)) };
    }
    return index === 0 && fits(run, filter) ? { ...page, items: [run, ...page.items] } : page;
  });
  return { ...list, pages };
}

function fits(run: RunSummary, filter: RunFilter): boolean {
  if (filter.experiment && filter.experiment !== run.experiment_id) return false;
  if (filter.verdict && filter.verdict !== run.verdict) return false;
  return !filter.state || (filter.state === 'ended') === (run.state === 'ended');
}

function withMark<T extends ExperimentSummary>(experiment: T, run: RunSummary): T {
  if (experiment.id !== run.experiment_id) return experiment;
  const mark: RunMark = {
    id: run.id,
    number: run.number,
    state: run.state,
    verdict: run.verdict ?? null,
    started_at: run.started_at ?? null,
  };
  const others = experiment.last_runs.filter((one) => one.id !== run.id);
  const last = [mark, ...others].sort((a, b) => b.number - a.number).slice(0, 10);
  return { ...experiment, last_runs: last };
}

function workspaceOf(client: QueryClient, id: string): string | undefined {
  const found = client.getQueryData<Me>(keys.me)?.workspaces.find((one) => one.workspace.id === id);
  return found && workspaceName(found);
}

import type { InfiniteData, QueryClient } from '@tanstack/react-query';
import type { Experiment, ExperimentSummary, Me, Page, Run, RunMark, RunSummary } from './contract';
import { keys, RANGES, type RunFilter } from './keys';
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

/**
 * The list with this run in its place: changed where it stands, put in by the time of its start when it is new, left out
 * when it no longer fits. What belongs behind the pages that were read stays for the next page.
 */
function withRun(
  list: InfiniteData<Page<RunSummary>, string>,
  run: RunSummary,
  filter: RunFilter,
): InfiniteData<Page<RunSummary>, string> {
  const known = list.pages.some((page) => page.items.some((one) => one.id === run.id));
  if (known) {
    const pages = list.pages.map((page) => {
      const items = page.items.map((one) => (one.id === run.id ? run : one));
      return { ...page, items: items.filter((one) => one.id !== run.id || fits(run, filter)) };
    });
    return { ...list, pages };
  }
  if (!fits(run, filter)) return list;
  const before = (one: RunSummary) => startOf(one) <= startOf(run);
  const at = list.pages.findIndex((page) => page.items.some(before));
  const last = list.pages.length - 1;
  if (at < 0 && list.pages[last]?.next) return list;
  const target = at < 0 ? last : at;
  const pages = list.pages.map((page, index) => {
    if (index !== target) return page;
    const place = page.items.findIndex(before);
    const items = place < 0 ? [...page.items, run] : page.items.toSpliced(place, 0, run);
    return { ...page, items };
  });
  return { ...list, pages };
}

/** When a run started, or was asked for while it has not; milliseconds. */
function startOf(run: RunSummary): number {
  return Date.parse(run.started_at ?? run.requested_at);
}

function fits(run: RunSummary, filter: RunFilter): boolean {
  if (filter.experiment && filter.experiment !== run.experiment_id) return false;
  if (filter.verdict && !filter.verdict.split(',').includes(run.verdict ?? '')) return false;
  if (filter.origin && filter.origin !== run.origin) return false;
  if (filter.within && startOf(run) < Date.now() - RANGES[filter.within]) return false;
  if (filter.text && !says(run, filter.text)) return false;
  return !filter.state || (filter.state === 'ended') === (run.state === 'ended');
}

function says(run: RunSummary, text: string): boolean {
  if (/^#\d+$/.test(text)) return `#${run.number}` === text;
  return `${run.title}\n${run.sentence}`.toLowerCase().includes(text.toLowerCase());
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

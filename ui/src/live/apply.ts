import type { InfiniteData, QueryClient } from '@tanstack/react-query';
import type { ExperimentSummary, Hub, Me, Page, Run, RunMark, RunSummary } from '~/api/contract';
import { keys, type RunFilter } from '~/api/keys';
import { workspaceName } from '~/api/session';
import { type EventLog, hasGap, merge } from './event-log';
import type { Message } from './message';

/** Writes one message of the stream into the caches that pages read; asks anew only where something is missing. */
export function apply(client: QueryClient, message: Message): void {
  if (message.kind === 'resync') void client.invalidateQueries();
  if (message.kind === 'hub') void client.invalidateQueries({ queryKey: keys.hub(message.hub) });
  if (message.kind === 'widget') applyWidget(client, message.topic.replace(/^hub:/, ''), message);
  if (message.kind === 'run') applyRun(client, message.run);
  if (message.kind === 'events') applyEvents(client, message);
}

/** A topic has just begun to flow: what was read before may be older than its first message. */
export function catchUp(client: QueryClient, topics: string[]): void {
  for (const topic of topics) {
    const [kind, id = ''] = topic.split(':');
    if (kind === 'run') void client.invalidateQueries({ queryKey: keys.run(id) });
    if (kind === 'hub') void client.invalidateQueries({ queryKey: keys.hub(id) });
    if (kind === 'workspace') void client.invalidateQueries({ queryKey: ['runs'] });
  }
}

function applyWidget(client: QueryClient, hub: string, message: Extract<Message, { kind: 'widget' }>): void {
  client.setQueryData<Hub>(
    keys.hub(hub),
    (old) =>
      old && {
        ...old,
        widgets: old.widgets.map((one) => (one.id === message.widget ? { ...one, data: message.data } : one)),
      },
  );
}

function applyEvents(client: QueryClient, message: Extract<Message, { kind: 'events' }>): void {
  const key = keys.events(message.run);
  const old = client.getQueryData<EventLog>(key);
  if (!old) return; // nobody looks at this run
  const log = merge(old, message.events);
  if (log !== old) client.setQueryData(key, log);
  if (hasGap(log)) void client.invalidateQueries({ queryKey: key });
}

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
    if (page) client.setQueryData(key, { ...page, items: page.items.map((one) => withMark(one, run)) });
  }
}

/** The list with this run in its place: changed where it stands, put first when new, left out when it no longer fits. */
export function withRun(
  list: InfiniteData<Page<RunSummary>, string>,
  run: RunSummary,
  filter: RunFilter,
): InfiniteData<Page<RunSummary>, string> {
  const known = list.pages.some((page) => page.items.some((one) => one.id === run.id));
  const pages = list.pages.map((page, index) => {
    if (known) return { ...page, items: page.items.map((one) => (one.id === run.id ? run : one)) };
    return index === 0 && fits(run, filter) ? { ...page, items: [run, ...page.items] } : page;
  });
  return { ...list, pages };
}

function fits(run: RunSummary, filter: RunFilter): boolean {
  if (filter.experiment && filter.experiment !== run.experiment_id) return false;
  if (filter.verdict && filter.verdict !== run.verdict) return false;
  return !filter.state || (filter.state === 'ended') === (run.state === 'ended');
}

function withMark(experiment: ExperimentSummary, run: RunSummary): ExperimentSummary {
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

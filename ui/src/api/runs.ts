import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { answerOf, api } from './client';
import type { NewRun, Run, RunSummary, Verdict } from './contract';
import { type EventLog, eventLog, merge, throughOf } from './event-log';
import { keys, RANGES, type RunFilter } from './keys';

export const runsQuery = (workspace: string, filter: RunFilter = {}) =>
  infiniteQueryOptions({
    queryKey: keys.runs(workspace, filter),
    queryFn: ({ pageParam, signal }) =>
      answerOf(
        api.GET('/api/v1/runs', {
          params: {
            query: {
              workspace,
              limit: 50,
              ...runQueryOf(filter),
              ...(pageParam ? { after: pageParam } : {}),
            },
          },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (last) => last.next || undefined,
    placeholderData: keepPreviousData,
  });

/** A filter as the API asks for it; a range of time counts back from now. */
function runQueryOf(filter: RunFilter) {
  const verdict = filter.verdict?.split(',') as Verdict[] | undefined;
  return {
    ...(filter.experiment ? { experiment: filter.experiment } : {}),
    ...(verdict ? { verdict } : {}),
    ...(filter.state ? { state: [filter.state] } : {}),
    ...(filter.origin ? { origin: [filter.origin] } : {}),
    ...(filter.text ? { text: filter.text } : {}),
    ...(filter.within ? { from: new Date(Date.now() - RANGES[filter.within]).toISOString() } : {}),
  };
}

/** Where the same list can be had as CSV. */
export function runsCsv(workspace: string, filter: RunFilter): string {
  const query = Object.entries(runQueryOf(filter)).map(([name, value]) => [name, String(value)]);
  return `/api/v1/runs.csv?${new URLSearchParams([['workspace', workspace], ...query])}`;
}

export const runQuery = (id: string) =>
  queryOptions({
    queryKey: keys.run(id),
    queryFn: ({ signal }) => answerOf(api.GET('/api/v1/runs/{id}', { params: { path: { id } }, signal })),
  });

/** All events of a run so far, gapless; the stream appends to the same cache entry. */
export const eventsQuery = (id: string) =>
  queryOptions({
    queryKey: keys.events(id),
    queryFn: async ({ client, signal }) => {
      let log: EventLog = client.getQueryData<EventLog>(keys.events(id)) ?? eventLog();
      for (;;) {
        const page = await answerOf(
          api.GET('/api/v1/runs/{id}/events', {
            params: { path: { id }, query: { after: throughOf(log), limit: 200 } },
            signal,
          }),
        );
        const before = throughOf(log);
        log = merge(log, page.items);
        if (page.next == null || throughOf(log) === before) break;
      }
      // What the stream brought while we were asking is in the cache; nothing of it is lost.
      return merge(client.getQueryData<EventLog>(keys.events(id)) ?? eventLog(), log.events);
    },
    structuralSharing: false,
    staleTime: Number.POSITIVE_INFINITY,
  });

export function startRun(body: NewRun, key: string): Promise<Run> {
  return answerOf(api.POST('/api/v1/runs', { params: { header: { 'Idempotency-Key': key } }, body }));
}

export function stopRun(id: string, mode: 'graceful' | 'hard'): Promise<Run> {
  return answerOf(api.POST('/api/v1/runs/{id}/stop', { params: { path: { id } }, body: { mode } }));
}

export function isActive(run: Pick<RunSummary, 'state'>): boolean {
  return run.state !== 'ended';
}

/** A key for one press of Run; made without `randomUUID`, which plain http does not offer. */
export function newIdempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

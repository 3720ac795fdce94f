import type { QueryClient, QueryKey } from '@tanstack/react-query';
import type { Hub } from '~/api/contract';
import { type EventLog, hasGap, merge } from '~/api/event-log';
import { keys } from '~/api/keys';
import { applyRun } from '~/api/run-cache';
import type { Message } from './message';

/** Writes one message of the stream into the caches that pages read; asks anew only where something is missing. */
export function apply(client: QueryClient, message: Message): void {
  if (message.kind === 'resync')
    void client.invalidateQueries({ predicate: ({ queryKey }) => atRest(client, queryKey) });
  if (message.kind === 'hub') applyHub(client, message.hub);
  if (message.kind === 'widget') applyWidget(client, message.topic.replace(/^hub:/, ''), message);
  if (message.kind === 'run') applyRun(client, message.run);
  if (message.kind === 'experiment') applyExperiment(client, message.experiment);
  if (message.kind === 'events') applyEvents(client, message);
  if (message.kind === 'refused') applyRefusal(client, message.topic);
}

/** A topic has just begun to flow: what was read before may be older than its first message. */
export function catchUp(client: QueryClient, topics: string[]): void {
  for (const topic of topics) {
    const [kind, id = ''] = topic.split(':');
    if (kind === 'run') void client.invalidateQueries({ queryKey: keys.run(id) });
    if (kind === 'hub') applyHub(client, id);
    if (kind === 'workspace') void client.invalidateQueries({ queryKey: ['runs'] });
  }
}

/** What may not be heard may not be seen any more, either: the pages that show it find out by asking. */
function applyRefusal(client: QueryClient, topic: string): void {
  if (topic.startsWith('workspace:')) void client.invalidateQueries({ queryKey: keys.me });
  else catchUp(client, [topic]);
}

/** It was changed, or runs came to it or left it: the lists that show either are asked for again. */
function applyExperiment(client: QueryClient, experiment: string): void {
  for (const queryKey of [keys.experiment(experiment), ['experiments'], ['runs']])
    if (atRest(client, queryKey)) void client.invalidateQueries({ queryKey });
}

function applyHub(client: QueryClient, hub: string): void {
  const queryKey = keys.hub(hub);
  if (atRest(client, queryKey)) void client.invalidateQueries({ queryKey });
}

/** Not what we change ourselves: an answer that is older than our last change would take that back on screen. */
function atRest(client: QueryClient, key: QueryKey): boolean {
  return client.isMutating({ mutationKey: key }) === 0;
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

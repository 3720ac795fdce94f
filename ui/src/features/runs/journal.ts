import { queryOptions } from '@tanstack/react-query';
import { answerOf, api } from '~/api/client';
import type { Event, Json, JsonObject, Phase } from '~/api/contract';
import { keys } from '~/api/keys';

/** A run that was uploaded was watched by nobody: what is known of it is its journal. */
export interface Told {
  events: Event[];
  document: JsonObject | null;
}

export const MOST_BYTES = 16 * 1024 * 1024; // more than this is for tools, not for a page

export const journalQuery = (id: string) =>
  queryOptions({
    queryKey: keys.journal(id),
    queryFn: async ({ signal }): Promise<Told> => {
      const call = api.GET('/api/v1/runs/{id}/journal', {
        params: { path: { id } },
        parseAs: 'text',
        signal,
      });
      return toldBy(readJournal((await answerOf(call)) as unknown as string));
    },
    staleTime: Number.POSITIVE_INFINITY, // what was received never changes
  });

/** Python writes NaN and Infinity where JSON has no such words; they are read as nothing. */
export function readJournal(text: string): JsonObject {
  const clean = text.replace(/"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g, (found) =>
    found.startsWith('"') ? found : 'null',
  );
  const read: unknown = JSON.parse(clean);
  return isObject(read as Json) ? (read as JsonObject) : {};
}

/** The journal as the events that would have told it live. */
export function toldBy(journal: JsonObject): Told {
  const events: Event[] = [];
  const tell = (kind: string, phase: Phase | null, at: Json | undefined, data: JsonObject) => {
    if (typeof at !== 'string') return;
    const stamp = utc(at);
    const number = events.length + 1;
    events.push({
      number,
      sender: 'journal',
      sender_seq: number,
      at: stamp,
      received_at: stamp,
      kind,
      phase,
      data,
    });
  };
  const play = (phase: Phase, list: JsonObject[], met: boolean | null, prefix: string = phase) => {
    if (list.length === 0) return;
    tell('phase.started', phase, list[0]?.start, {});
    list.forEach((one, index) => {
      const activity = isObject(one.activity) ? one.activity : {};
      const provider = isObject(activity.provider) ? activity.provider.type : undefined;
      const common = {
        key: `${prefix}-${index}`,
        name: activity.name ?? '',
        type: activity.type ?? 'probe',
        background: activity.background === true,
      };
      tell('activity.started', phase, one.start, { ...common, provider: provider ?? '' });
      tell('activity.completed', phase, one.end ?? one.start, {
        ...common,
        status: one.status ?? null,
        duration_ms: typeof one.duration === 'number' ? one.duration * 1_000 : null,
        output: one.output ?? null,
        error: Array.isArray(one.exception) ? one.exception.join('') : (one.exception ?? null),
        tolerance_met: typeof one.tolerance_met === 'boolean' ? one.tolerance_met : null,
      });
    });
    const last = list.map((one) => one.end ?? one.start).filter((end) => typeof end === 'string');
    tell('phase.completed', phase, last.sort().at(-1), { met });
  };

  tell('run.started', null, journal.start, {});
  const states = isObject(journal.steady_states) ? journal.steady_states : {};
  const check = (phase: Phase, state: Json | undefined, prefix?: string) => {
    if (!isObject(state)) return;
    play(
      phase,
      listOf(state.probes),
      typeof state.steady_state_met === 'boolean' ? state.steady_state_met : null,
      prefix,
    );
  };
  check('baseline', states.before);
  play('method', listOf(journal.run), null);
  listOf(states.during).forEach((state, iteration) => {
    check('during', state, `during-${iteration}`);
  });
  check('after', states.after);
  play('rollbacks', listOf(journal.rollbacks), null);
  tell('run.finished', null, journal.end, {});
  return { events, document: isObject(journal.experiment) ? journal.experiment : null };
}

/** Old releases wrote times without a zone, meaning UTC. */
function utc(at: string): string {
  return /(Z|[+-]\d\d:?\d\d)$/.test(at) ? at : `${at}Z`;
}

function listOf(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

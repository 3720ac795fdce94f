import type { Event } from './contract';

/** The events of one run: `events` is gapless from 1, `held` waits behind a gap. */
export interface EventLog {
  readonly events: readonly Event[];
  readonly held: readonly Event[];
}

export function eventLog(): EventLog {
  return { events: [], held: [] };
}

/** The number up to which nothing is missing. */
export function throughOf(log: EventLog): number {
  return log.events.at(-1)?.number ?? 0;
}

export function hasGap(log: EventLog): boolean {
  return log.held.length > 0;
}

/** Takes in events in any order; repeats are harmless, and the same log comes back when nothing was new. */
export function merge(log: EventLog, incoming: readonly Event[]): EventLog {
  const through = throughOf(log);
  const waiting = new Map(log.held.map((event) => [event.number, event]));
  let fresh = false;
  for (const event of incoming) {
    if (event.number <= through || waiting.has(event.number)) continue;
    waiting.set(event.number, event);
    fresh = true;
  }
  if (!fresh) return log;

  const next: Event[] = [];
  for (let number = through + 1; ; number++) {
    const event = waiting.get(number);
    if (!event) break;
    next.push(event);
    waiting.delete(number);
  }
  return {
    events: next.length > 0 ? [...log.events, ...next] : log.events,
    held: [...waiting.values()].sort((a, b) => a.number - b.number),
  };
}

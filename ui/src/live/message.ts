import type { Event, RunSummary, WidgetData } from '~/api/contract';

/** What the hub's stream says, one form per `event:` name. */
export type Message =
  | { kind: 'widget'; topic: string; widget: string; data: WidgetData }
  | { kind: 'hub'; topic: string; hub: string }
  | { kind: 'run'; topic: string; run: RunSummary }
  | { kind: 'experiment'; topic: string; experiment: string }
  | { kind: 'events'; topic: string; run: string; events: Event[] }
  | { kind: 'refused'; topic: string; code: string }
  | { kind: 'resync' };

export const KINDS = ['widget', 'hub', 'run', 'experiment', 'events', 'refused', 'resync'] as const;

/** `connecting` is the first try; `polling` means that push is not to be had and pages ask instead; `away` that the hub answers nothing. */
export type LiveState = 'off' | 'connecting' | 'live' | 'reconnecting' | 'polling' | 'away';

/** Null for anything that is not a message we know; a newer hub may say more than we understand. */
export function parseMessage(kind: string, data: string): Message | null {
  if (!(KINDS as readonly string[]).includes(kind)) return null;
  try {
    const fields: unknown = data === '' ? {} : JSON.parse(data);
    if (typeof fields !== 'object' || fields === null) return null;
    return { ...fields, kind } as Message;
  } catch {
    return null;
  }
}

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { LiveState } from './message';
import { Tabs } from './tabs';

/** Locks as a browser has them: one holder each, the others wait. */
class Locks {
  private readonly held = new Map<string, Promise<unknown>>();

  request(name: string, _: object, work: () => Promise<unknown>): Promise<unknown> {
    const before = this.held.get(name);
    const mine = before ? before.then(work) : Promise.resolve().then(work);
    this.held.set(name, mine);
    return mine;
  }
}

class Stream {
  onopen = () => {};
  addEventListener() {}
  close() {}
}

const tabs: Tabs[] = [];

function tab(heard: LiveState[] = []): Tabs {
  const made = new Tabs({ message: () => {}, state: (state) => heard.push(state), opened: () => {} });
  tabs.push(made);
  return made;
}

beforeEach(() => {
  vi.stubGlobal('EventSource', Stream);
  Object.defineProperty(navigator, 'locks', { value: new Locks(), configurable: true });
});

afterEach(() => {
  for (const one of tabs.splice(0)) one.leave();
  Reflect.deleteProperty(navigator, 'locks');
});

test('a_tab_that_comes_later_is_told_how_the_stream_stands', async () => {
  const first: LiveState[] = [];
  tab(first).want(['workspace:1']);
  await vi.waitFor(() => expect(first).toContain('connecting'));
  const second: LiveState[] = [];
  tab(second).want(['workspace:1']);
  await vi.waitFor(() => expect(second).toContain('connecting'));
});

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { LiveState, Message } from './message';
import { Source } from './source';

/** A stream as the browser would hold it; tests say what the hub does with it. */
class Stream {
  static all: Stream[] = [];
  static get last(): Stream {
    return Stream.all.at(-1) as Stream;
  }

  onopen = () => {};
  onerror = () => {};
  closed = false;
  private readonly hears = new Map<string, (event: object) => void>();

  constructor(readonly url: string) {
    Stream.all.push(this);
  }

  addEventListener(kind: string, listener: (event: object) => void) {
    this.hears.set(kind, listener);
  }

  say(kind: string, data: object, lastEventId = '') {
    this.hears.get(kind)?.({ data: JSON.stringify(data), lastEventId });
  }

  close() {
    this.closed = true;
  }

  get topics(): string | null {
    return new URL(this.url, location.origin).searchParams.get('topics');
  }
}

const messages: Message[] = [];
const states: LiveState[] = [];
const opened: string[][] = [];
const hub = vi.fn<(url: string) => Promise<{ status: number; ok: boolean }>>();
let source: Source;

const answering = (status: number) => hub.mockResolvedValue({ status, ok: status < 400 });
const soon = () => vi.advanceTimersByTimeAsync(5_000);

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('EventSource', Stream);
  vi.stubGlobal('fetch', hub);
  hub.mockReset();
  answering(200);
  for (const list of [Stream.all, messages, states, opened]) list.length = 0;
  source = new Source(
    (message) => messages.push(message),
    (state) => states.push(state),
    (topics) => opened.push(topics),
  );
});

afterEach(() => {
  source.close();
  vi.useRealTimers();
});

test('a_topic_that_is_refused_is_told_and_the_others_keep_flowing', async () => {
  source.follow(['workspace:1', 'run:1']);
  Stream.last.onopen();
  Stream.last.say('refused', { topic: 'run:1', code: 'not-found' });
  Stream.last.say('run', { topic: 'workspace:1', run: {} }, 'e-1');
  expect(messages).toEqual([
    { kind: 'refused', topic: 'run:1', code: 'not-found' },
    { kind: 'run', topic: 'workspace:1', run: {} },
  ]);
  await vi.advanceTimersByTimeAsync(600_000);
  expect(Stream.all).toHaveLength(1);
  expect(hub).not.toHaveBeenCalled();
  expect(states.at(-1)).toBe('live');
});

test('a_topic_that_was_refused_is_asked_for_again_when_the_stream_is_opened_anew', async () => {
  source.follow(['workspace:1', 'run:1']);
  Stream.last.onopen();
  Stream.last.say('refused', { topic: 'run:1', code: 'not-found' });
  source.follow(['workspace:1', 'run:1', 'hub:1']);
  expect(Stream.last.topics).toBe('hub:1,run:1,workspace:1');
  Stream.last.onopen();
  Stream.last.say('run', { topic: 'run:1', run: {} });
  expect(messages.at(-1)).toMatchObject({ kind: 'run', topic: 'run:1' });
  Stream.last.onerror();
  await soon();
  expect(Stream.all).toHaveLength(3);
});

test('a_stream_of_which_all_is_withdrawn_is_not_opened_again_and_again', async () => {
  source.follow(['workspace:1']);
  Stream.last.onopen();
  Stream.last.say('refused', { topic: 'workspace:1', code: 'not-found' });
  Stream.last.onerror(); // the hub ends it
  answering(404);
  await vi.advanceTimersByTimeAsync(59_000);
  expect(Stream.all).toHaveLength(1);
  expect(hub).not.toHaveBeenCalled();
  expect(states.at(-1)).toBe('off');
  // Looked at once a minute, and followed as soon as the role is back.
  await vi.advanceTimersByTimeAsync(2_000);
  expect(hub).toHaveBeenCalledTimes(1);
  expect(messages).toHaveLength(1);
  answering(200);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(Stream.all).toHaveLength(2);
});

test('a_stream_that_is_refused_whole_says_so_of_each_topic_once', async () => {
  answering(404);
  source.follow(['run:1', 'run:2']);
  Stream.last.onerror();
  await vi.advanceTimersByTimeAsync(150_000);
  expect(messages).toEqual([
    { kind: 'refused', topic: 'run:1', code: 'not-found' },
    { kind: 'refused', topic: 'run:2', code: 'not-found' },
  ]);
  expect(Stream.all).toHaveLength(1);
  source.follow(['run:3']);
  expect(Stream.last.topics).toBe('run:3');
});

test('a_stream_that_ends_with_its_claim_goes_on_where_it_was_without_a_word', async () => {
  source.follow(['workspace:1']);
  Stream.last.onopen();
  Stream.last.say('run', { topic: 'workspace:1', run: {} }, 'e-7');
  states.length = 0;
  messages.length = 0;
  Stream.last.onerror();
  await soon();
  expect(Stream.last.url).toContain('since=e-7');
  Stream.last.onopen();
  expect(new Set(states)).toEqual(new Set(['live']));
  expect(messages).toEqual([]);
  expect(opened).toEqual([['workspace:1']]);
});

test('who_comes_back_without_an_id_reads_everything_anew', async () => {
  source.follow(['workspace:1']);
  Stream.last.onopen();
  Stream.last.onerror();
  await soon();
  Stream.last.onopen();
  expect(messages).toEqual([{ kind: 'resync' }]);
});

test('a_topic_that_is_added_while_the_stream_is_away_catches_up_when_it_opens', async () => {
  source.follow(['workspace:1']);
  Stream.last.onopen();
  Stream.last.say('run', { topic: 'workspace:1', run: {} }, 'e-7');
  source.follow(['workspace:1', 'run:1']);
  Stream.last.onerror();
  source.follow(['workspace:1', 'run:1', 'hub:1']);
  Stream.last.onopen();
  expect(opened.at(-1)?.sort()).toEqual(['hub:1', 'run:1']);
});

test('a_hub_that_is_away_is_waited_for_and_a_claim_that_is_over_is_renewed', async () => {
  source.follow(['workspace:1']);
  hub.mockRejectedValue(new TypeError('refused'));
  Stream.last.onerror();
  await soon();
  expect(states.at(-1)).toBe('away');
  answering(401);
  await soon();
  expect(hub.mock.calls.some(([url]) => url.endsWith('/auth/renew'))).toBe(true);
  expect(Stream.all.length).toBeGreaterThan(1);
});

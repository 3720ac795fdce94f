import { renewClaim } from '~/api/claim';
import { statusOf } from '~/api/reach';
import { KINDS, type LiveState, type Message, parseMessage } from './message';

const RETRY_MS = [500, 1_000, 2_000, 4_000];
const POLL_AFTER_FAILURES = 3; // then pages ask by themselves while we go on trying
const REFUSED_MS = 60_000; // a role may be given back, though nobody is waiting at the door for it

/** The one EventSource: opened for a set of topics, reopened where it left off when they change. */
export class Source {
  private stream: EventSource | null = null;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private topics: string[] = [];
  /** Topics that have not begun to flow yet. */
  private fresh = new Set<string>();
  /** What may not be heard of the topics that were last asked for. */
  private refused = new Set<string>();
  private lastId = '';
  private failures = 0;

  constructor(
    private readonly onMessage: (message: Message) => void,
    private readonly onState: (state: LiveState) => void,
    private readonly onTopicsOpen: (added: string[]) => void,
  ) {}

  /** Follows exactly these topics from now on. */
  follow(topics: string[]): void {
    const wanted = [...new Set(topics)].sort();
    if (wanted.join() === this.topics.join()) return;
    const added = wanted.filter((topic) => !this.topics.includes(topic));
    this.fresh = new Set([...this.fresh, ...added].filter((topic) => wanted.includes(topic)));
    this.topics = wanted;
    this.open();
  }

  close(): void {
    clearTimeout(this.retry);
    this.stream?.close();
    this.stream = null;
    this.topics = [];
  }

  private open(): void {
    clearTimeout(this.retry);
    this.stream?.close();
    this.stream = null;
    this.refused.clear();
    if (this.topics.length === 0) {
      this.onState('off');
      return;
    }
    if (this.failures === 0) this.onState(this.lastId ? 'live' : 'connecting');

    const stream = new EventSource(this.address());
    let opened = false;
    this.stream = stream;
    stream.onopen = () => {
      const returned = this.failures > 0;
      opened = true;
      this.failures = 0;
      this.onState('live');
      // Coming back with an id, the hub tells what was missed, or that it cannot. What a page read before its topic
      // began to flow has to be asked for.
      if (returned && !this.lastId) this.onMessage({ kind: 'resync' });
      else if (this.fresh.size > 0) this.onTopicsOpen([...this.fresh]);
      this.fresh.clear();
    };
    stream.onerror = () => this.ended(opened);
    for (const kind of KINDS) {
      stream.addEventListener(kind, (event: MessageEvent<string>) => {
        if (event.lastEventId) this.lastId = event.lastEventId;
        const message = parseMessage(kind, event.data);
        if (message?.kind === 'refused') this.refused.add(message.topic);
        if (message) this.onMessage(message);
      });
    }
  }

  /** Always reopens by hand: the browser's own retry gives up on a 401, which a renewal would cure. */
  private ended(opened: boolean): void {
    this.stream?.close();
    this.stream = null;
    if (this.topics.every((topic) => this.refused.has(topic))) {
      this.rest();
      return;
    }
    this.failures += 1;
    // A stream that was open ends with its claim, every few minutes: nobody needs to hear of that.
    if (!opened) this.onState(this.failures > POLL_AFTER_FAILURES ? 'polling' : 'reconnecting');
    this.later(() => (opened ? this.open() : this.look()));
  }

  /** Finds out why the stream does not open, which an EventSource does not say. */
  private async look(): Promise<void> {
    const status = await statusOf(this.address());
    if (this.stream || this.topics.length === 0) return; // other topics are followed meanwhile
    if (status === 0) {
      this.failures += 1;
      this.onState('away');
      this.later(() => this.look());
    } else if (status === 403 || status === 404) {
      this.rest();
    } else {
      if (status === 401) await renewClaim();
      this.open();
    }
  }

  /** None of the topics may be heard. Trying again and again would not help. */
  private rest(): void {
    for (const topic of this.topics) {
      if (this.refused.has(topic)) continue;
      this.refused.add(topic);
      this.onMessage({ kind: 'refused', topic, code: 'not-found' });
    }
    this.failures = 0;
    this.onState('off');
    this.later(() => this.look(), REFUSED_MS);
  }

  private later(what: () => void, wait = RETRY_MS[Math.min(this.failures, RETRY_MS.length) - 1]): void {
    clearTimeout(this.retry);
    this.retry = setTimeout(what, wait);
  }

  private address(): string {
    const query = new URLSearchParams({ topics: this.topics.join(',') });
    if (this.lastId) query.set('since', this.lastId);
    return `/api/v1/stream?${query}`;
  }
}

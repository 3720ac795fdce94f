import { renewClaim } from '~/api/claim';
import { answers } from '~/api/reach';
import { KINDS, type LiveState, type Message, parseMessage } from './message';

const RETRY_MS = [500, 1_000, 2_000, 4_000];
const POLL_AFTER_FAILURES = 3; // then pages ask by themselves while we go on trying

/** The one EventSource: opened for a set of topics, reopened where it left off when they change. */
export class Source {
  private stream: EventSource | null = null;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private topics: string[] = [];
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
    this.topics = wanted;
    this.open(added);
  }

  close(): void {
    clearTimeout(this.retry);
    this.stream?.close();
    this.stream = null;
    this.topics = [];
  }

  private open(added: string[]): void {
    clearTimeout(this.retry);
    this.stream?.close();
    this.stream = null;
    if (this.topics.length === 0) {
      this.onState('off');
      return;
    }
    if (this.failures === 0) this.onState(this.lastId ? 'live' : 'connecting');

    const query = new URLSearchParams({ topics: this.topics.join(',') });
    if (this.lastId) query.set('since', this.lastId);
    const stream = new EventSource(`/api/v1/stream?${query}`);
    this.stream = stream;
    stream.onopen = () => {
      const returned = this.failures > 0;
      this.failures = 0;
      this.onState('live');
      // Whatever happened between a page's own reading and this opening has to be asked for.
      if (returned) this.onMessage({ kind: 'resync' });
      else this.onTopicsOpen(added);
    };
    stream.onerror = () => this.failed(added);
    for (const kind of KINDS) {
      stream.addEventListener(kind, (event: MessageEvent<string>) => {
        if (event.lastEventId) this.lastId = event.lastEventId;
        const message = parseMessage(kind, event.data);
        if (message) this.onMessage(message);
      });
    }
  }

  /** Always reopens by hand: the browser's own retry gives up on a 401, which a renewal would cure. */
  private failed(added: string[]): void {
    this.stream?.close();
    this.stream = null;
    this.failures += 1;
    this.onState(this.failures > POLL_AFTER_FAILURES ? 'polling' : 'reconnecting');
    this.again(added);
  }

  private again(added: string[]): void {
    const wait = RETRY_MS[Math.min(this.failures, RETRY_MS.length) - 1];
    this.retry = setTimeout(async () => {
      if (!(await answers())) {
        this.failures += 1;
        this.onState('away');
        if (this.topics.length > 0) this.again(added);
        return;
      }
      if (this.failures > 1) await renewClaim();
      this.open(added);
    }, wait);
  }
}

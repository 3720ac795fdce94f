import type { LiveState, Message } from './message';
import { Source } from './source';

type Word =
  | { say: 'want'; tab: string; topics: string[] }
  | { say: 'who' }
  | { say: 'message'; message: Message }
  | { say: 'state'; state: LiveState }
  | { say: 'opened'; topics: string[] };

export interface Listener {
  message(message: Message): void;
  state(state: LiveState): void;
  opened(topics: string[]): void;
}

/**
 * All tabs of a browser share one stream. The tab that holds the lock leads: it gathers what the others want,
 * follows it, and passes on what it hears. When it closes, the lock falls to the next tab.
 */
export class Tabs {
  private readonly tab = Math.random().toString(36).slice(2);
  private readonly channel = 'BroadcastChannel' in globalThis ? new BroadcastChannel('chaoshub-live') : null;
  private readonly wants = new Map<string, string[]>();
  private readonly leaving = new AbortController();
  private source: Source | null = null;
  private own: string[] = [];
  private state: LiveState = 'off';

  constructor(private readonly listener: Listener) {
    this.channel?.addEventListener('message', (event: MessageEvent<Word>) => this.hear(event.data));
    const locks = this.channel ? navigator.locks : undefined; // absent outside secure contexts
    if (!locks) {
      this.lead();
      return;
    }
    // Held for as long as this tab lives, so that the leader notices its death.
    void locks
      .request(lockOf(this.tab), { signal: this.leaving.signal }, () => this.untilLeft())
      .catch(() => {});
    void locks
      .request('chaoshub-live-leader', { signal: this.leaving.signal }, () => {
        this.lead();
        return this.untilLeft();
      })
      .catch(() => {}); // aborted: this tab left before its turn came
  }

  /** Says which topics this tab shows now. */
  want(topics: string[]): void {
    this.own = topics;
    if (this.source) this.gather(this.tab, topics);
    else this.tell({ say: 'want', tab: this.tab, topics });
  }

  leave(): void {
    this.want([]);
    this.leaving.abort();
    this.source?.close();
    this.channel?.close();
  }

  private lead(): void {
    if (this.leaving.signal.aborted) return;
    this.source = new Source(
      (message) => {
        this.listener.message(message);
        this.tell({ say: 'message', message });
      },
      (state) => {
        this.state = state;
        this.listener.state(state);
        this.tell({ say: 'state', state });
      },
      (topics) => {
        this.listener.opened(topics);
        this.tell({ say: 'opened', topics });
      },
    );
    this.gather(this.tab, this.own);
    this.tell({ say: 'who' });
  }

  private hear(word: Word): void {
    if (word.say === 'message') this.listener.message(word.message);
    if (word.say === 'state') this.listener.state(word.state);
    if (word.say === 'opened') this.listener.opened(word.topics);
    if (word.say === 'who') this.tell({ say: 'want', tab: this.tab, topics: this.own });
    if (word.say === 'want' && this.source) {
      if (!this.wants.has(word.tab)) this.watch(word.tab);
      this.gather(word.tab, word.topics);
      this.tell({ say: 'state', state: this.state }); // which a tab that has just come cannot know
    }
  }

  /** Getting the lock of another tab means that it is gone. */
  private watch(tab: string): void {
    void navigator.locks
      .request(lockOf(tab), { signal: this.leaving.signal }, () => {
        this.wants.delete(tab);
        this.followAll();
      })
      .catch(() => {});
  }

  private gather(tab: string, topics: string[]): void {
    this.wants.set(tab, topics);
    this.followAll();
  }

  private followAll(): void {
    this.source?.follow([...this.wants.values()].flat());
  }

  private tell(word: Word): void {
    if (!this.leaving.signal.aborted) this.channel?.postMessage(word);
  }

  private untilLeft(): Promise<void> {
    const { signal } = this.leaving;
    if (signal.aborted) return Promise.resolve(); // granted in the moment of leaving
    return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
  }
}

function lockOf(tab: string): string {
  return `chaoshub-live-tab-${tab}`;
}

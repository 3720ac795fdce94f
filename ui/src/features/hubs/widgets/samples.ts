import type { JsonObject, RunMark, RunSummary, Verdict } from '~/api/contract';

// Made-up values, one for each kind: the gallery draws them with the very renderers of the hub.

const SECONDS = 1_000;
const ago = (seconds: number) => new Date(Date.now() - seconds * SECONDS).toISOString();

/** The value with which a kind shows itself in the gallery; null for a kind that this page does not know. */
export function sampleOf(kind: string): JsonObject | null {
  const make = SAMPLES[kind];
  return make ? (make() as JsonObject) : null;
}

const SAMPLES: Record<string, () => unknown> = {
  text: () => ({
    markdown:
      '**Staging only before noon.**\n\n- Tell the team first\n- One run at a time\n- Write down what you learned',
  }),
  'run-status': () => ({
    run: run({ verdict: 'passed', duration_ms: 12_700 }),
    experiment: { id: 'sample', title: 'Checkout survives a slow provider' },
  }),
  'live-run': () => ({
    runs: [
      run({
        state: 'running',
        phase: 'method',
        started_at: ago(41),
        progress: { done: 3, total: 8, current: 'slow-the-provider' },
      }),
    ],
  }),
  activity: () => ({
    items: [
      said(40, 'sylvie', 'ran', 'run', 'Checkout survives a slow provider', 'passed'),
      said(900, 'marc', 'changed', 'experiment', 'Database fails over'),
      said(5_400, 'sylvie', 'ran', 'run', 'Cache is cold', 'deviated'),
    ],
  }),
  experiments: () => ({
    items: [
      {
        id: 'a',
        title: 'Checkout survives a slow provider',
        last_runs: marks('passed', 'passed', 'deviated', 'passed', 'passed'),
      },
      {
        id: 'b',
        title: 'Database fails over',
        last_runs: marks('passed', 'failed', 'passed', 'inconclusive'),
      },
      { id: 'c', title: 'Cache is cold', last_runs: marks('deviated', 'deviated', 'passed') },
    ],
  }),
};

function run(more: Partial<RunSummary>): Partial<RunSummary> {
  return {
    id: 'sample',
    number: 42,
    title: 'Checkout survives a slow provider',
    state: 'ended',
    requested_at: ago(420),
    started_at: ago(420),
    progress: { done: 8, total: 8, current: null },
    ...more,
  };
}

function said(
  seconds: number,
  account: string,
  verb: string,
  object_kind: string,
  title: string,
  verdict?: Verdict,
) {
  return {
    id: `${seconds}`,
    at: ago(seconds),
    account,
    verb,
    object_kind,
    object_id: 'sample',
    title,
    verdict,
  };
}

function marks(...verdicts: Verdict[]): RunMark[] {
  return verdicts.map((verdict, index) => ({
    id: `${index}`,
    number: verdicts.length - index,
    state: 'ended',
    verdict,
    started_at: ago(3_600 * (index + 1)),
  }));
}

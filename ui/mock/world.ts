// Made-up data for looking at the interface without a hub. Development only; no build ever contains it.
import type { Event, Experiment, Hub, JsonObject, Run, Verdict, Widget } from '../src/api/contract';
import { plan, script } from './script';

const now = Date.now();
export const iso = (secondsAgo: number) => new Date(now - secondsAgo * 1000).toISOString();
let count = 0;
export const newId = (prefix: string) =>
  `${prefix}_0192f3a1-7c2e-7d10-9a41-${String(++count).padStart(12, '0')}`;

export const workspace = {
  id: 'ws_0192f3a1-0000-7000-8000-000000000001',
  organization: 'demo',
  name: 'payments',
  title: 'Payments',
  created_at: iso(9e6),
};
export const scopes =
  'workspace:read workspace:admin experiment:read experiment:write run:read run:start run:stop run:ingest hub:read hub:write token:manage'.split(
    ' ',
  );
export const account = { id: newId('acc'), name: 'sylvie', admin: true, created_at: iso(9e6) };

const documents: [string, string, string[], string][] = [
  [
    'Checkout survives a slow payment provider',
    'Customers must be able to pay while the provider takes two seconds for each answer.',
    ['checkout', 'latency'],
    'Checkout answers within a second',
  ],
  [
    'Database fails over',
    'The replica takes over within thirty seconds and no order is lost.',
    ['database'],
    'Orders are written',
  ],
  [
    'Cache is cold',
    'An empty cache does not take the catalogue down.',
    ['cache', 'catalogue'],
    'The catalogue answers',
  ],
  [
    'Region loses its network',
    'Traffic moves to the other region by itself.',
    ['network'],
    'The shop is open',
  ],
];

export const experiments: Experiment[] = documents.map(([title, description, tags, hypothesis], index) => {
  const document: JsonObject = {
    version: '1.0.0',
    title,
    description,
    tags,
    configuration: {
      base_url: 'http://checkout.internal:8080',
      region: { type: 'env', key: 'REGION', default: 'eu-west' },
    },
    secrets: { provider: { token: { type: 'env', key: 'PROVIDER_TOKEN' } } },
    'steady-state-hypothesis': {
      title: hypothesis,
      probes: [
        {
          type: 'probe',
          name: 'checkout-answers',
          tolerance: 200,
          provider: { type: 'http', url: '${base_url}/health', timeout: 3 },
        },
        {
          type: 'probe',
          name: 'orders-per-second',
          tolerance: { type: 'range', range: [45, 120], target: 'stdout' },
          provider: { type: 'process', path: 'orders', arguments: ['--rate'] },
        },
      ],
    },
    method: [
      {
        type: 'action',
        name: 'slow-the-payment-provider',
        provider: {
          type: 'http',
          method: 'POST',
          url: 'http://toxiproxy:8474/proxies/provider/toxics',
          arguments: { latency: 2000 },
        },
        pauses: { after: 4 },
      },
      {
        type: 'probe',
        name: 'checkout-answers-during',
        provider: { type: 'http', url: '${base_url}/health', timeout: 3 },
      },
      {
        type: 'action',
        name: 'restart-one-gateway',
        background: true,
        provider: {
          type: 'python',
          module: 'chaosk8s.pod.actions',
          func: 'terminate_pods',
          arguments: { label_selector: 'app=gateway', qty: 1 },
          secrets: ['provider'],
        },
      },
    ],
    rollbacks: [
      {
        type: 'action',
        name: 'remove-the-latency',
        provider: {
          type: 'http',
          method: 'DELETE',
          url: 'http://toxiproxy:8474/proxies/provider/toxics/latency',
        },
      },
    ],
  };
  return {
    id: newId('exp'),
    workspace_id: workspace.id,
    title,
    description,
    tags,
    version: 3,
    updated_at: iso(3600 * (index * 7 + 1)),
    updated_by: index % 2 ? 'marc' : 'sylvie',
    archived: false,
    origin: 'hub',
    adopted: null,
    merged_into: null,
    merged: [],
    last_runs: [],
    parameters: [
      {
        name: 'base_url',
        kind: 'literal',
        type: 'string',
        default: 'http://checkout.internal:8080',
        variable: null,
      },
      { name: 'region', kind: 'env', type: 'string', default: 'eu-west', variable: 'REGION' },
    ],
    document,
    source: JSON.stringify(document, null, 2),
    format: 'json',
    hypothesis,
  };
});

// One that runs from outside made, with a title of one long word, and one that was put away.
Object.assign(experiments[2] as Experiment, {
  title: `Cache-is-cold-${'and-stays-cold-'.repeat(14)}`,
  origin: 'outside',
  source: JSON.stringify(experiments[2]?.document),
});
experiments.push({
  ...(experiments[3] as Experiment),
  id: newId('exp'),
  title: 'Put away last year',
  archived: true,
});

export const runs: Run[] = [];
export const events = new Map<string, Event[]>();
const pattern: Verdict[][] = [
  [
    'passed',
    'passed',
    'passed',
    'deviated',
    'passed',
    'passed',
    'inconclusive',
    'passed',
    'passed',
    'deviated',
  ],
  ['passed', 'failed', 'passed', 'passed', 'aborted', 'passed', 'passed'],
  ['deviated', 'deviated', 'passed', 'passed', 'lost'],
  ['baseline-not-met', 'interrupted'],
];

const sentences: Record<Verdict, string> = {
  passed: 'Passed: checkout answered in 0.3 s before and after, orders stayed at 62/s; rollbacks played.',
  deviated:
    'Deviated: checkout-answers was out of tolerance after the method (503, must answer 200); rollbacks played.',
  'baseline-not-met':
    'Baseline not met: checkout-answers answered 503 before anything was done, so the method was not played.',
  inconclusive:
    'Inconclusive: slow-the-payment-provider failed, so what was meant to be tried was not tried.',
  failed: 'Failed: the probe checkout-answers could not be run.',
  aborted: 'Aborted: restart-one-gateway could not be executed.',
  interrupted: 'Interrupted: stopped by marc during the method; rollbacks not played.',
  lost: 'Lost: nothing was heard for 60 s.',
};

export function makeRun(experiment: Experiment, number: number, by: string): Run {
  return {
    id: newId('run'),
    number,
    workspace_id: workspace.id,
    experiment_id: experiment.id,
    version: 3,
    title: experiment.title,
    origin: 'hub',
    environment: 'staging',
    state: 'requested',
    phase: null,
    verdict: null,
    sentence: '',
    started_by: by,
    requested_at: new Date().toISOString(),
    started_at: null,
    ended_at: null,
    duration_ms: null,
    progress: { done: 0, total: plan.length, current: null },
    reasons: [],
    warnings: [],
    raw_status: null,
    rollbacks: 'unknown',
    stop_requested_at: null,
    stop_step: null,
    events: 0,
    journal: null,
    plan,
    node: 'runner-1',
    chaoslib: '1.44.0',
    parameters: [],
    overlaps: [],
    manifest: { rollback_strategy: 'always' },
    can_stop: true,
  };
}

let number = 20;
pattern.forEach((verdicts, index) => {
  const experiment = experiments[index];
  if (!experiment) return;
  verdicts.forEach((verdict, nth) => {
    const start = now - (verdicts.length - nth) * 5.1e6 - index * 1.3e6;
    const run: Run = {
      ...makeRun(experiment, ++number, nth % 3 ? 'sylvie' : 'marc'),
      state: 'ended',
      verdict,
      sentence: sentences[verdict],
      requested_at: new Date(start - 800).toISOString(),
      started_at: new Date(start).toISOString(),
      ended_at: new Date(start + 12700).toISOString(),
      duration_ms: 12700,
      progress: { done: plan.length, total: plan.length, current: null },
      reasons:
        verdict === 'inconclusive'
          ? [
              {
                code: 'method-activity-failed',
                detail:
                  'An activity of the method failed, so the fault may not have been injected. Fix that activity and run again.',
              },
            ]
          : [],
      warnings:
        verdict === 'interrupted'
          ? [
              {
                code: 'rollbacks-not-played',
                detail:
                  'The rollbacks were not played, so the fault may still be there. Undo it by hand, or run with the rollback strategy `always`.',
              },
            ]
          : [],
      raw_status: 'completed',
      rollbacks: verdict === 'interrupted' ? 'not-played' : 'played',
      events: 24,
      journal: { digest: 'sha256:9f2c', bytes: 9055 },
      can_stop: false,
    };
    runs.unshift(run);
    const told = script(verdict).map(
      ([at, kind, phase, data], n): Event => ({
        number: n + 1,
        sender: 'control',
        sender_seq: n + 1,
        at: new Date(start + at * 1000).toISOString(),
        received_at: new Date(start + at * 1000).toISOString(),
        kind,
        phase,
        data,
      }),
    );
    events.set(run.id, told);
  });
});
runs.sort((a, b) => b.requested_at.localeCompare(a.requested_at));

export function lastRuns(experiment: string) {
  return runs
    .filter((run) => run.experiment_id === experiment)
    .slice(0, 10)
    .map(({ id, number, state, verdict, started_at }) => ({ id, number, state, verdict, started_at }));
}

const widget = (
  kind: string,
  title: string,
  x: number,
  y: number,
  w: number,
  h: number,
  config: Widget['config'] = {},
): Widget => ({
  id: newId('wid'),
  hub_id: 'hub_0192f3a1-0000-7000-8000-0000000000aa',
  kind,
  title,
  config,
  x,
  y,
  w,
  h,
  data: { state: 'ready', as_of: iso(5), value: null, error: null },
});

export const hubs: Hub[] = [
  {
    id: 'hub_0192f3a1-0000-7000-8000-0000000000aa',
    workspace_id: workspace.id,
    title: 'Payments team',
    description: 'What we promise, what we tried, what broke.',
    is_default: true,
    updated_at: iso(7200),
    can_write: true,
    widgets: [
      widget('live-run', 'Running now', 0, 0, 6, 6),
      widget('run-status', 'Slow provider', 6, 0, 3, 6, { experiment: experiments[0]?.id ?? '' }),
      widget('text', 'Rules of the house', 9, 0, 3, 6, {
        markdown:
          'Staging only **before noon**.\n\n- Tell *#payments* first\n- One run at a time\n- Write down what you learned',
      }),
      widget('experiments', 'Experiments', 0, 6, 7, 9, { limit: 10 }),
      widget('activity', 'What happened', 7, 6, 5, 9, { limit: 8 }),
    ],
  },
];

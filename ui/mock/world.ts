// Made-up data for looking at the interface without a hub. Development only; no build ever contains it.
import type {
  Event,
  Experiment,
  Hub,
  JsonObject,
  Phase,
  PlannedActivity,
  Run,
  Verdict,
  Widget,
} from '../src/api/contract';

export const now = Date.now();
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
    last_runs: [],
    document,
    source: JSON.stringify(document, null, 2),
    format: 'json',
    hypothesis,
  };
});

const plan: PlannedActivity[] = [
  ['baseline-0', 'baseline', 'checkout-answers', 'probe', false],
  ['baseline-1', 'baseline', 'orders-per-second', 'probe', false],
  ['method-0', 'method', 'slow-the-payment-provider', 'action', false],
  ['method-1', 'method', 'checkout-answers-during', 'probe', false],
  ['method-2', 'method', 'restart-one-gateway', 'action', true],
  ['after-0', 'after', 'checkout-answers', 'probe', false],
  ['after-1', 'after', 'orders-per-second', 'probe', false],
  ['rollbacks-0', 'rollbacks', 'remove-the-latency', 'action', false],
].map(([key, phase, name, type, background]) => ({ key, phase, name, type, background }) as PlannedActivity);

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
    manifest: { rollback_strategy: 'always' },
    can_stop: true,
  };
}

/** The script of a run as [seconds after the start, kind, phase, data]. */
export function script(verdict: Verdict): [number, string, Phase | null, Event['data']][] {
  const bad = verdict === 'deviated';
  const activity = (
    at: number,
    took: number,
    key: string,
    data: Event['data'],
  ): [number, string, Phase | null, Event['data']][] => {
    const planned = plan.find((one) => one.key === key);
    if (!planned) return [];
    const provider =
      key === 'method-2'
        ? 'python'
        : key.endsWith('-1') && planned.name === 'orders-per-second'
          ? 'process'
          : 'http';
    const common = { key, name: planned.name, type: planned.type };
    return [
      [
        at,
        'activity.started',
        planned.phase,
        { ...common, provider, background: planned.background ?? false },
      ],
      [
        at + took,
        'activity.completed',
        planned.phase,
        {
          ...common,
          status: 'succeeded',
          duration_ms: took * 1000,
          output_bytes: 80,
          output_truncated: false,
          error: null,
          tolerance_met: null,
          ...data,
        },
      ],
    ];
  };
  const http = (status: number) => ({
    output: { status, headers: { 'content-type': 'application/json' }, body: { ok: status === 200 } },
  });
  return [
    [
      0,
      'run.started',
      null,
      {
        title: '',
        hypothesis: '',
        node: 'runner-1',
        chaostoolkit: '1.19.0',
        chaoslib: '1.44.0',
        python: '3.11',
        plan: plan as unknown as Event['data'][],
      },
    ],
    [0.1, 'phase.started', 'baseline', {}],
    ...activity(0.2, 0.31, 'baseline-0', http(200)),
    ...activity(0.6, 0.2, 'baseline-1', { output: { status: 0, stdout: '62\n', stderr: '' } }),
    [
      1,
      'phase.completed',
      'baseline',
      {
        met: true,
        probes: [
          { key: 'baseline-0', name: 'checkout-answers', tolerance_met: true },
          { key: 'baseline-1', name: 'orders-per-second', tolerance_met: true },
        ],
      },
    ],
    [1.1, 'phase.started', 'method', {}],
    ...activity(1.2, 0.12, 'method-0', http(200)),
    ...activity(5.4, 2.41, 'method-1', http(bad ? 503 : 200)),
    ...activity(
      7.9,
      2.2,
      'method-2',
      verdict === 'inconclusive'
        ? {
            status: 'failed',
            error:
              'Traceback (most recent call last):\n  File "pod.py", line 12\nkubernetes.client.exceptions.ApiException: (403) forbidden',
          }
        : { output: ['gateway-7d9f-abc'] },
    ),
    [10.2, 'phase.completed', 'method', { met: null }],
    [10.3, 'phase.started', 'after', {}],
    ...activity(10.4, bad ? 1.16 : 0.3, 'after-0', http(bad ? 503 : 200)),
    ...activity(11.7, 0.2, 'after-1', { output: { status: 0, stdout: bad ? '36\n' : '61\n', stderr: '' } }),
    [
      12,
      'phase.completed',
      'after',
      {
        met: !bad,
        probes: [
          { key: 'after-0', name: 'checkout-answers', tolerance_met: !bad },
          { key: 'after-1', name: 'orders-per-second', tolerance_met: !bad },
        ],
      },
    ],
    [12.1, 'phase.started', 'rollbacks', {}],
    ...activity(12.2, 0.14, 'rollbacks-0', http(204)),
    [12.6, 'phase.completed', 'rollbacks', { met: null }],
    [12.7, 'run.finished', null, { status: 'completed', deviated: bad, duration_ms: 12700 }],
  ].sort((a, b) => (a[0] as number) - (b[0] as number)) as [number, string, Phase | null, Event['data']][];
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
                  'An activity of the method failed, so the fault may not have been there. Repair it, then run again.',
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

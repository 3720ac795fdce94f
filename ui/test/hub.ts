// A hub made of msw answers; each test says what it needs beyond these.
import { HttpResponse, http } from 'msw';
import { setupServer } from 'msw/node';
import type { Event, Experiment, Me, Run, RunSummary } from '~/api/contract';

export const at = (path: string) => `http://localhost:3000/api/v1${path}`;

export const me: Me = {
  account: { id: 'acc_1', name: 'sylvie', admin: true, created_at: '2026-01-01T00:00:00Z' },
  workspaces: [
    {
      role: 'owner',
      scopes: [
        'experiment:read',
        'experiment:write',
        'run:read',
        'run:start',
        'run:stop',
        'run:ingest',
        'token:manage',
        'hub:write',
      ] as never,
      workspace: {
        id: 'ws_1',
        organization: 'demo',
        name: 'demo',
        title: 'Demo',
        created_at: '2026-01-01T00:00:00Z',
      },
    },
  ],
};

export const run: Run = {
  id: 'run_1',
  number: 42,
  workspace_id: 'ws_1',
  experiment_id: 'exp_1',
  version: 3,
  title: 'Checkout survives',
  origin: 'hub',
  environment: 'default',
  state: 'ended',
  phase: null,
  verdict: 'deviated',
  sentence: 'Deviated: checkout answered 503, tolerance 200; rollbacks played.',
  started_by: 'sylvie',
  requested_at: '2026-11-20T10:00:00Z',
  started_at: '2026-11-20T10:00:01Z',
  ended_at: '2026-11-20T10:00:13Z',
  duration_ms: 12_000,
  progress: { done: 2, total: 2, current: null },
  reasons: [{ code: 'deviated-after', detail: 'Look at the probe that missed.' }],
  warnings: [],
  raw_status: 'completed',
  rollbacks: 'played',
  stop_requested_at: null,
  stop_step: null,
  events: 0,
  journal: null,
  plan: [
    { key: 'baseline-0', phase: 'baseline', name: 'checkout-answers', type: 'probe', background: false },
    { key: 'method-0', phase: 'method', name: 'break-it', type: 'action', background: false },
  ],
  node: 'runner-1',
  chaoslib: '1.44.0',
  parameters: [],
  overlaps: [],
  manifest: {},
  can_stop: false,
};

export const experiment: Experiment = {
  id: 'exp_1',
  workspace_id: 'ws_1',
  title: 'Checkout survives',
  description: 'Even when the provider is slow.',
  tags: ['checkout'],
  version: 3,
  updated_at: '2026-11-20T09:00:00Z',
  updated_by: 'marc',
  archived: false,
  origin: 'hub',
  adopted: null,
  merged_into: null,
  merged: [],
  last_runs: [
    { id: 'run_1', number: 42, state: 'ended', verdict: 'deviated', started_at: '2026-11-20T10:00:01Z' },
  ],
  parameters: [],
  document: {
    title: 'Checkout survives',
    'steady-state-hypothesis': {
      title: 'Checkout answers',
      probes: [
        {
          type: 'probe',
          name: 'checkout-answers',
          tolerance: 200,
          provider: { type: 'http', url: 'http://shop/health' },
        },
      ],
    },
    method: [
      {
        type: 'action',
        name: 'break-it',
        provider: { type: 'process', path: 'break', arguments: ['--hard'] },
      },
    ],
    rollbacks: [],
  },
  source: '{}',
  format: 'json',
  hypothesis: 'Checkout answers',
};

export function eventOf(
  number: number,
  kind: string,
  phase: Event['phase'],
  data: Event['data'] = {},
): Event {
  const stamp = new Date(Date.parse('2026-11-20T10:00:01Z') + number * 1_000).toISOString();
  return { number, sender: 'control', sender_seq: number, at: stamp, received_at: stamp, kind, phase, data };
}

export function problem(status: number, code: string, title = code, detail = '') {
  return HttpResponse.json(
    { type: 'about:blank', title, status, code, detail, instance: 'req_7' },
    { status, headers: { 'content-type': 'application/problem+json' } },
  );
}

export const page = <T>(items: T[]) => HttpResponse.json({ items, next: null });

export function summaryOf(full: Run): RunSummary {
  const { reasons: _r, warnings: _w, plan: _p, manifest: _m, ...summary } = full;
  return summary;
}

export const hub = setupServer(
  http.get(at('/me'), () => HttpResponse.json(me)),
  http.get(at('/runs'), () => page([summaryOf(run)])),
  http.get(at('/runs/run_1'), () => HttpResponse.json(run)),
  http.get(at('/runs/run_1/events'), () => page([])),
  http.get(at('/runs/run_1/log'), () => HttpResponse.text('', { headers: { 'x-next': '0' } })),
  http.get(at('/experiments'), () => page([experiment])),
  http.get(at('/experiments/exp_1'), () => HttpResponse.json(experiment)),
);

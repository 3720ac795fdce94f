// What a made-up run does, and when.
import type { Event, Phase, PlannedActivity, Verdict } from '../src/api/contract';

export const plan: PlannedActivity[] = [
  ['baseline-0', 'baseline', 'checkout-answers', 'probe', false],
  ['baseline-1', 'baseline', 'orders-per-second', 'probe', false],
  ['method-0', 'method', 'slow-the-payment-provider', 'action', false],
  ['method-1', 'method', 'checkout-answers-during', 'probe', false],
  ['method-2', 'method', 'restart-one-gateway', 'action', true],
  ['after-0', 'after', 'checkout-answers', 'probe', false],
  ['after-1', 'after', 'orders-per-second', 'probe', false],
  ['rollbacks-0', 'rollbacks', 'remove-the-latency', 'action', false],
].map(([key, phase, name, type, background]) => ({ key, phase, name, type, background }) as PlannedActivity);

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

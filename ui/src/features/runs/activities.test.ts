import { expect, test } from 'vitest';
import { eventOf, run } from '../../../test/hub';
import { activitiesOf, phasesOf } from './activities';
import { briefOf, outcomeOf } from './words';

const live = { plan: run.plan, state: 'running' as const };
const probe = { key: 'baseline-0', name: 'checkout-answers', type: 'probe' };

test('what_is_planned_is_shown_before_it_happens_and_as_not_played_when_it_never_did', () => {
  expect(activitiesOf(live, []).map((row) => row.state)).toEqual(['planned', 'planned']);
  expect(activitiesOf({ ...live, state: 'ended' }, []).map((row) => row.state)).toEqual([
    'not-played',
    'not-played',
  ]);
});

test('a_probe_is_judged_when_its_hypothesis_is_complete', () => {
  const events = [
    eventOf(1, 'activity.started', 'baseline', { ...probe, provider: 'http' }),
    eventOf(2, 'activity.completed', 'baseline', {
      ...probe,
      status: 'succeeded',
      duration_ms: 300,
      tolerance_met: null,
      output: { status: 503 },
    }),
    eventOf(3, 'phase.completed', 'baseline', {
      met: false,
      probes: [{ key: 'baseline-0', tolerance_met: false }],
    }),
  ];
  const before = activitiesOf(live, events.slice(0, 2))[0];
  const after = activitiesOf(live, events)[0];
  expect(before && outcomeOf(before).text).toBe('done');
  expect(after).toMatchObject({ met: false, provider: 'http', tookMs: 300 });
  expect(after && outcomeOf(after)).toEqual({ text: 'out of tolerance', tone: 'warn' });
});

test('an_activity_without_a_status_was_cut_and_one_still_running_at_the_end_too', () => {
  const started = eventOf(1, 'activity.started', 'method', {
    key: 'method-0',
    name: 'break-it',
    type: 'action',
  });
  const cut = eventOf(2, 'activity.completed', 'method', {
    key: 'method-0',
    name: 'break-it',
    type: 'action',
    status: null,
  });
  const method = (rows: ReturnType<typeof activitiesOf>) => rows.find((row) => row.key === 'method-0')?.state;
  expect(method(activitiesOf(live, [started, cut]))).toBe('cut');
  expect(method(activitiesOf({ ...live, state: 'ended' }, [started]))).toBe('cut');
});

test('what_a_stop_left_out_stands_in_its_phase_and_not_after_the_rollbacks', () => {
  const plan = [
    ...run.plan,
    { key: 'rollbacks-0', phase: 'rollbacks', name: 'mend', type: 'action' } as const,
  ];
  const said = (n: number, phase: 'baseline' | 'rollbacks') =>
    eventOf(n, 'activity.completed', phase, { key: `${phase}-0`, status: 'succeeded', duration_ms: 1 });
  const rows = activitiesOf({ plan, state: 'ended' }, [said(1, 'baseline'), said(2, 'rollbacks')]);
  expect(rows.map((row) => `${row.phase} ${row.state}`)).toEqual([
    'baseline succeeded',
    'method not-played',
    'rollbacks succeeded',
  ]);
});

test('each_pass_of_during_is_a_row_of_its_own', () => {
  const during = (n: number) =>
    eventOf(n, 'activity.completed', 'during', {
      ...probe,
      key: `during-${n}-0`,
      status: 'succeeded',
      duration_ms: 5,
    });
  expect(activitiesOf(live, [during(1), during(2)]).filter((row) => row.phase === 'during')).toHaveLength(2);
});

test('an_open_phase_grows_and_a_closed_one_knows_whether_it_was_met', () => {
  const events = [
    eventOf(1, 'phase.started', 'baseline'),
    eventOf(2, 'phase.completed', 'baseline', { met: true }),
    eventOf(3, 'phase.started', 'method'),
  ];
  expect(phasesOf(events, null)).toMatchObject([
    { phase: 'baseline', met: true },
    { phase: 'method', to: null },
  ]);
  expect(phasesOf(events, 99)[1]?.to).toBe(99);
});

test('an_output_is_shown_by_its_telling_part', () => {
  expect(briefOf({ status: 503, headers: {}, body: 'no' })).toBe('503');
  expect(briefOf({ status: 0, stdout: '62\n', stderr: '' })).toBe('exit 0, 62');
  expect(briefOf(['a'])).toBe('1 item');
  expect(briefOf(null)).toBe('');
});

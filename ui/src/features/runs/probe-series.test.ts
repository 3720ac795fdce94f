import { expect, test } from 'vitest';
import type { Event, Json } from '~/api/contract';
import { eventOf, run } from '../../../test/hub';
import { activitiesOf } from './activities';
import { frameOf } from './probe-frame';
import { bandOf, numberIn, seriesOf } from './probe-series';

const answers = (...outputs: Json[]): Event[] =>
  outputs.map((output, n) =>
    eventOf(n + 1, 'activity.completed', 'method', {
      key: `method-${n}`,
      name: 'orders-per-second',
      type: 'probe',
      status: output === 'broken' ? 'failed' : 'succeeded',
      output: output === 'broken' ? null : output,
    }),
  );
const rows = (...outputs: Json[]) => activitiesOf({ plan: [], state: run.state }, answers(...outputs));
const document = {
  'steady-state-hypothesis': {
    probes: [{ name: 'orders-per-second', tolerance: { type: 'range', range: [45, 120], target: 'stdout' } }],
  },
};

test.each([
  [62, 62],
  [' 0.31\n', 0.31],
  ['-1e3', -1000],
  [{ status: 0, stdout: '62\n', stderr: '' }, 62],
  [{ status: 200, headers: {}, body: '7' }, 7],
  [{ status: 200, headers: {}, body: { ok: true } }, null],
  ['62 orders', null],
  ['', null],
  [true, null],
  [null, null],
] as [Json, number | null][])('%j_measures_%s', (output, value) => {
  expect(numberIn(output)).toBe(value);
});

test('a_status_is_a_code_and_not_a_measure', () => {
  expect(numberIn({ status: 503, headers: {}, body: 'no' })).toBeNull();
});

test('only_a_range_is_a_band', () => {
  expect(bandOf([1, 2])).toEqual({ low: 1, high: 2 });
  expect(bandOf({ type: 'range', range: [1, 2] })).toEqual({ low: 1, high: 2 });
  for (const other of [200, [1, 2, 3], ['a', 'b'], { type: 'regex', pattern: 'x' }, undefined])
    expect(bandOf(other)).toBeNull();
});

test('two_numbers_are_no_chart_and_three_are', () => {
  expect(seriesOf(rows(1, 2), null)).toEqual([]);
  expect(seriesOf(rows(1, 2, 3), null)).toHaveLength(1);
});

test('what_gave_no_number_is_a_gap_and_what_left_the_band_is_out', () => {
  const [series] = seriesOf(rows(62, 'broken', 36, 61), document);
  expect(series?.samples.map((one) => one.value)).toEqual([62, null, 36, 61]);
  expect(series?.samples.map((one) => one.met)).toEqual([true, null, false, true]);
});

test('the_frame_holds_the_data_and_a_near_end_of_the_tolerance_but_not_a_far_one', () => {
  const [series] = seriesOf(rows(36, 60, 62), document);
  if (!series) throw new Error('there is a series');
  const frame = frameOf(series);
  expect(frame.low).toBeLessThan(36);
  expect(frame.high).toBeGreaterThan(62);
  expect(frame.high).toBeLessThan(120);
  expect(frame.marks.map((mark) => mark.value)).toContain(45);
});

import { expect, test } from 'vitest';
import { axisOf, placeOn } from './axis';

test('an_ended_run_fills_its_axis', () => {
  const axis = axisOf(1_000, 11_000, false);
  expect(placeOn(axis, 1_000, 11_000)).toEqual({ left: 0, width: 100 });
  expect(placeOn(axis, 3_000, 6_000)).toEqual({ left: 20, width: 30 });
});

test('a_live_axis_stands_still_while_the_run_grows_into_it', () => {
  expect(axisOf(0, 6_000, true).span).toBe(10_000);
  expect(axisOf(0, 9_000, true).span).toBe(10_000);
  expect(axisOf(0, 9_900, true).span).toBe(15_000);
});

test('a_moment_is_still_a_line_one_can_see_and_stays_on_the_axis', () => {
  const axis = axisOf(0, 10_000, false);
  const end = placeOn(axis, 10_000, 10_000);
  expect(end.width).toBeGreaterThan(0);
  expect(end.left + end.width).toBeLessThanOrEqual(100.001);
});

test('what_lies_outside_is_cut_to_the_axis', () => {
  const place = placeOn(axisOf(1_000, 2_000, false), 0, 9_000);
  expect(place).toEqual({ left: 0, width: 100 });
});

test.each([5, 700, 12_700, 88_000, 3_600_000, 90_000_000])('%s_ms_have_a_handful_of_even_ticks', (span) => {
  const { ticks } = axisOf(0, span, false);
  expect(ticks.length).toBeGreaterThan(1);
  expect(ticks.length).toBeLessThanOrEqual(9);
});

import { expect, test } from 'vitest';
import { eventOf } from '../../test/hub';
import { eventLog, hasGap, merge, throughOf } from './event-log';

const numbered = (...numbers: number[]) =>
  numbers.map((number) => eventOf(number, 'activity.started', 'method'));

test('events_in_order_are_appended', () => {
  const log = merge(merge(eventLog(), numbered(1, 2)), numbered(3));
  expect(throughOf(log)).toBe(3);
  expect(hasGap(log)).toBe(false);
});

test('a_repeat_changes_nothing_so_that_nothing_is_drawn_again', () => {
  const log = merge(eventLog(), numbered(1, 2));
  expect(merge(log, numbered(1, 2))).toBe(log);
});

test('events_behind_a_gap_wait_until_it_is_filled', () => {
  const gapped = merge(merge(eventLog(), numbered(1)), numbered(3, 4));
  expect(throughOf(gapped)).toBe(1);
  expect(hasGap(gapped)).toBe(true);
  const filled = merge(gapped, numbered(2));
  expect(filled.events.map((event) => event.number)).toEqual([1, 2, 3, 4]);
  expect(hasGap(filled)).toBe(false);
});

test('any_order_of_arrival_gives_the_same_log', () => {
  const log = [5, 2, 4, 1, 3].reduce((now, number) => merge(now, numbered(number)), eventLog());
  expect(log.events.map((event) => event.number)).toEqual([1, 2, 3, 4, 5]);
});

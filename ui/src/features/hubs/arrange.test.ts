import { expect, test } from 'vitest';
import { arranged, below, nudged, type Spot, settled } from './arrange';

const spot = (id: string, x: number, y: number, w = 6, h = 4): Spot => ({ id, x, y, w, h });
const free = (spots: Spot[]) =>
  spots.every((a) =>
    spots.every(
      (b) => a === b || a.x >= b.x + b.w || b.x >= a.x + a.w || a.y >= b.y + b.h || b.y >= a.y + a.h,
    ),
  );

test('what_is_in_the_way_moves_down', () => {
  const spots = arranged([spot('a', 0, 0), spot('b', 6, 0)], spot('b', 0, 0));
  expect(spots.find((one) => one.id === 'b')).toMatchObject({ x: 0, y: 0 });
  expect(spots.find((one) => one.id === 'a')).toMatchObject({ x: 0, y: 4 });
});

test('nothing_overlaps_and_nothing_floats_whatever_comes_in', () => {
  const spots = settled([spot('a', 0, 9), spot('b', 3, 9), spot('c', 99, -4, 40, 0)]);
  expect(free(spots)).toBe(true);
  expect(Math.min(...spots.map((one) => one.y))).toBe(0);
  expect(spots.every((one) => one.x >= 0 && one.x + one.w <= 12)).toBe(true);
});

test('arrow_keys_move_and_with_resize_change_the_size', () => {
  expect(nudged(spot('a', 2, 2), 'ArrowRight', false)).toMatchObject({ x: 3, y: 2 });
  expect(nudged(spot('a', 2, 2), 'ArrowDown', true)).toMatchObject({ w: 6, h: 5 });
  expect(nudged(spot('a', 2, 2), 'Enter', false)).toBeNull();
});

test('a_new_widget_goes_under_everything', () => {
  expect(below([spot('a', 0, 0), spot('b', 6, 3, 6, 5)])).toBe(8);
});

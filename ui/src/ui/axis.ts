// The geometry of the time axis that the phase strip and the lanes under it share. Numbers only, no drawing.

/** Where something stands on the axis, in percent of its width. */
export interface Place {
  left: number;
  width: number;
}

export interface Axis {
  /** When the axis begins, in ms since the epoch. */
  from: number;
  /** How much time it shows, in ms; never zero. */
  span: number;
  ticks: { left: number; afterMs: number }[];
}

const SPANS_S = [
  5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 300, 450, 600, 900, 1_200, 1_800, 2_700, 3_600,
];
const STEPS_S = [
  0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800,
  3_600, 7_200, 21_600, 86_400,
];
const MOST_TICKS = 8;
const LEAST_WIDTH = 0.35; // a moment is still a line one can see

/**
 * An axis from `from` to `to`. A live one reaches on to the next round span, so that it stands still
 * between two roundings while the run grows into it.
 */
export function axisOf(from: number, to: number, live: boolean): Axis {
  const taken = Math.max(to - from, 1);
  const span = live ? roundSpan(taken) : taken;
  const step = (STEPS_S.find((s) => span / (s * 1_000) <= MOST_TICKS) ?? span / 1_000 / MOST_TICKS) * 1_000;
  const ticks = [];
  for (let n = 0; n * step <= span; n++) ticks.push({ left: ((n * step) / span) * 100, afterMs: n * step });
  return { from, span, ticks };
}

/** The place of an interval, cut to the axis; an open end reaches to `now`. */
export function placeOn(axis: Axis, from: number, to: number): Place {
  const at = (time: number) => Math.min(100, Math.max(0, ((time - axis.from) / axis.span) * 100));
  const left = Math.min(at(from), 100 - LEAST_WIDTH);
  return { left, width: Math.max(at(to) - left, LEAST_WIDTH) };
}

function roundSpan(taken: number): number {
  const needed = taken * 1.08; // the growing end never touches the edge
  const known = SPANS_S.find((s) => s * 1_000 >= needed);
  return known ? known * 1_000 : Math.ceil(needed / 1_800_000) * 1_800_000;
}

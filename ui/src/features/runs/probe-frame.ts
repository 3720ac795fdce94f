import type { Series } from './probe-series';

/** The vertical frame of one chart: its ends, and the few values that are written beside it. */
export interface Frame {
  low: number;
  high: number;
  /** `top` is the part of the height above the mark, from 0 to 1. */
  marks: { value: number; top: number }[];
}

const APART = 0.17; // of the height: one line of small text
const ROOM = 0.12; // above and below, so that no point lies on the edge
const FAR = 1.5; // an end of the tolerance further off than this many heights of the data is left out

/** Measures and, where it is near enough to tell something, the tolerance; labelled at both. */
export function frameOf({ samples, band }: Series): Frame {
  const values = samples.flatMap((one) => (one.value === null ? [] : [one.value]));
  const least = Math.min(...values);
  const most = Math.max(...values);
  const reach = FAR * (most - least || Math.abs(most) || 1);
  const ends = band ? [band.low, band.high].filter((end) => end > least - reach && end < most + reach) : [];
  const bottom = Math.min(least, ...ends);
  const top = Math.max(most, ...ends);
  const room = (top - bottom || Math.abs(top) || 1) * ROOM;
  const low = bottom - room;
  const high = top + room;

  const marks: Frame['marks'] = [];
  for (const value of [...ends, most, least]) {
    const place = (high - value) / (high - low);
    if (marks.every((mark) => Math.abs(mark.top - place) >= APART)) marks.push({ value, top: place });
  }
  return { low, high, marks };
}

import type { Json, JsonObject, Phase } from '~/api/contract';
import type { ActivityRow } from './activities';

/** One answer of a probe; `value` is null where it gave no number, which is drawn as a gap. */
interface Sample {
  key: string;
  phase: Phase;
  at: number;
  value: number | null;
  /** Within its tolerance, as the hub said, or as the band says. */
  met: boolean | null;
}

/** What counts as within tolerance, both ends included; null where it has no such end. */
export interface Band {
  low: number;
  high: number;
}

export interface Series {
  name: string;
  samples: Sample[];
  band: Band | null;
}

const LEAST = 3; // two points are a comparison, which the table shows better

/** The probes that measured something often enough to be drawn, each with its tolerance. */
export function seriesOf(rows: readonly ActivityRow[], document: JsonObject | null): Series[] {
  const bands = bandsIn(document);
  const byName = new Map<string, Sample[]>();
  for (const row of rows) {
    if (row.type !== 'probe' || row.endedAt === null) continue;
    const value = row.state === 'succeeded' ? numberIn(row.output) : null;
    const sample = { key: row.key, phase: row.phase, at: row.endedAt, value, met: row.met };
    byName.set(row.name, [...(byName.get(row.name) ?? []), sample]);
  }
  return [...byName]
    .filter(([, samples]) => samples.filter((one) => one.value !== null).length >= LEAST)
    .map(([name, samples]) => {
      const band = bands.get(name) ?? null;
      const judged = samples.map((one) => ({ ...one, met: one.met ?? within(one.value, band) }));
      return { name, band, samples: judged.sort((a, b) => a.at - b.at) };
    });
}

/** The number in an output; a status is a code and not a measure, so it is none. */
export function numberIn(output: Json | undefined): number | null {
  if (typeof output === 'number') return Number.isFinite(output) ? output : null;
  if (typeof output === 'string')
    return /^\s*[-+]?\d*\.?\d+(e[-+]?\d+)?\s*$/i.test(output) ? Number(output) : null;
  if (typeof output !== 'object' || output === null || Array.isArray(output)) return null;
  if ('stdout' in output) return numberIn(output.stdout);
  return 'status' in output && 'body' in output ? numberIn(output.body) : null;
}

/** The band that a tolerance describes; only ranges are bands. */
export function bandOf(tolerance: Json | undefined): Band | null {
  const range = Array.isArray(tolerance)
    ? tolerance
    : isObject(tolerance) && tolerance.type === 'range'
      ? tolerance.range
      : null;
  if (!Array.isArray(range) || range.length !== 2) return null;
  const [low, high] = range;
  return typeof low === 'number' && typeof high === 'number' ? { low, high } : null;
}

/** Shortest form of a measured number: 62, 0.31, 1.2e+6. */
export function figure(value: number): string {
  return String(Number(value.toPrecision(4)));
}

function bandsIn(document: JsonObject | null): Map<string, Band> {
  const bands = new Map<string, Band>();
  const hypothesis = document?.['steady-state-hypothesis'];
  const probes = isObject(hypothesis) && Array.isArray(hypothesis.probes) ? hypothesis.probes : [];
  for (const probe of probes) {
    if (!isObject(probe) || typeof probe.name !== 'string') continue;
    const band = bandOf(probe.tolerance);
    if (band) bands.set(probe.name, band);
  }
  return bands;
}

function within(value: number | null, band: Band | null): boolean | null {
  return value === null || band === null ? null : value >= band.low && value <= band.high;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

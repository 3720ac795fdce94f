import { Tooltip } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Phase } from '~/api/contract';
import { type Axis, axisOf, placeOn } from '~/ui/axis';
import { useMovingTime } from '~/ui/clock';
import { clock, duration } from '~/ui/words';
import type { ActivityRow, PhaseSpan } from './activities';
import css from './timeline.module.css';
import { briefOf, outcomeOf, PHASE_WORDS } from './words';

const MOST_LANES = 14; // more would push the table off the page; the table has them all

interface Props {
  from: number;
  to: number | null;
  phases: PhaseSpan[];
  rows: ActivityRow[];
  /** Charts that stand on the same axis, under the lanes. */
  charts?: (axis: Axis, fault: { from: number; to: number } | null) => ReactNode;
}

/** One time axis: the phases, and under them a lane per activity with what it answered. Grows while the run is live. */
export function Timeline({ from, to, phases, rows, charts }: Props) {
  const live = to === null;
  const moving = useMovingTime(live);
  const now = to ?? Math.max(moving, from + 1);
  const axis = axisOf(from, now, live);
  const lanes = lanesOf(rows);
  const fault = faultOf(rows, phases, now);
  const shade = fault && placeOn(axis, fault.from, fault.to);

  return (
    <div className={css.timeline}>
      <div className={css.label}>Phases</div>
      <ol className={css.lane} data-phases>
        {phases.map((span) => {
          const place = placeOn(axis, span.from, span.to ?? now);
          const open = span.to === null;
          const told = `${PHASE_WORDS[span.phase]}, from +${duration(span.from - from)}, ${open ? 'running' : duration((span.to ?? now) - span.from)}${span.met === null ? '' : span.met ? ', met' : ', not met'}`;
          return (
            <Tooltip key={`${span.phase}-${span.from}`} label={told}>
              <li
                className={css.phase}
                style={{ left: `${place.left}%`, width: `${place.width}%` }}
                data-phase={span.phase}
                data-met={span.met === null ? undefined : span.met}
                data-open={open || undefined}
                aria-label={told}
              >
                <span>{PHASE_WORDS[span.phase]}</span>
              </li>
            </Tooltip>
          );
        })}
      </ol>
      {lanes.slice(0, MOST_LANES).map((lane) => (
        <Lane key={lane.key} lane={lane} axis={axis} now={now} from={from} shade={shade} />
      ))}
      {lanes.length > MOST_LANES && (
        <p className={css.more}>{lanes.length - MOST_LANES} more in the table below</p>
      )}
      {charts?.(axis, fault)}
      <div className={css.label} aria-hidden />
      <div className={css.ticks} aria-hidden>
        {axis.ticks.map((tick) => (
          <span key={tick.afterMs} data-edge={tick.left > 96 || undefined} style={{ left: `${tick.left}%` }}>
            {tick.afterMs === 0 ? clock(new Date(from)) : `+${tickWords(tick.afterMs)}`}
          </span>
        ))}
      </div>
    </div>
  );
}

interface LaneOf {
  key: string;
  name: string;
  type: 'probe' | 'action';
  rows: ActivityRow[];
}

function Lane(props: {
  lane: LaneOf;
  axis: ReturnType<typeof axisOf>;
  now: number;
  from: number;
  shade: ReturnType<typeof placeOn> | null;
}) {
  const { lane, axis, now, from, shade } = props;
  return (
    <>
      <div className={css.label} title={lane.name}>
        <span className={css.name}>{lane.name}</span>
        <span className={css.type}>{lane.type}</span>
      </div>
      <ol className={css.lane}>
        {shade && (
          <li
            aria-hidden
            className={css.fault}
            style={{ left: `${shade.left}%`, width: `${shade.width}%` }}
          />
        )}
        {lane.rows.map((row) => {
          const start = row.startedAt ?? from;
          const place = placeOn(axis, start, row.endedAt ?? now);
          const outcome = outcomeOf(row);
          const brief = briefOf(row.output);
          const told = `${PHASE_WORDS[row.phase]}, +${duration(start - from)}: ${outcome.text}${brief ? `, ${brief}` : ''}${row.tookMs === null ? '' : `, took ${duration(row.tookMs)}`}`;
          return (
            <Tooltip key={row.key} label={told}>
              <li
                className={css.mark}
                data-tone={row.type === 'action' && outcome.tone === 'calm' ? 'live' : outcome.tone}
                data-type={row.type}
                data-late={place.left > 82 || undefined}
                style={{ left: `${place.left}%`, width: `${place.width}%` }}
                aria-label={told}
              >
                <i />
                {brief.length > 0 && brief.length < 14 && lane.rows.length < 7 && <b>{brief}</b>}
              </li>
            </Tooltip>
          );
        })}
      </ol>
    </>
  );
}

/** A lane per name: the same probe before, during and after stands in one line. */
function lanesOf(rows: ActivityRow[]): LaneOf[] {
  const lanes = new Map<string, LaneOf>();
  for (const row of rows) {
    if (row.startedAt === null) continue;
    const key = `${row.type}-${row.name}`;
    const lane = lanes.get(key) ?? { key, name: row.name, type: row.type, rows: [] };
    lane.rows.push(row);
    lanes.set(key, lane);
  }
  return [...lanes.values()];
}

/** From the first action of the method until the rollbacks have ended: when the system was not left alone. */
function faultOf(rows: ActivityRow[], phases: PhaseSpan[], now: number): { from: number; to: number } | null {
  const first = rows.find((row) => row.phase === 'method' && row.type === 'action' && row.startedAt !== null);
  if (!first?.startedAt) return null;
  const undone = ends(phases, 'rollbacks') ?? ends(phases, 'after') ?? now;
  return { from: first.startedAt, to: Math.max(undone, first.startedAt) };
}

function ends(phases: PhaseSpan[], phase: Phase): number | null {
  return phases.find((span) => span.phase === phase)?.to ?? null;
}

function tickWords(ms: number): string {
  if (ms < 1_000) return `${ms} ms`;
  return ms < 60_000 ? `${Number((ms / 1_000).toFixed(1))} s` : duration(ms);
}

import 'uplot/dist/uPlot.min.css';
import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import UPlot from 'uplot';
import { counted, duration } from '~/ui/words';
import css from './probe-charts.module.css';
import { type Frame, frameOf } from './probe-frame';
import { figure, type Series } from './probe-series';
import timeline from './timeline.module.css';

const HEIGHT = 92;
const TOGETHER = 'probe-values'; // one cursor moves through all charts

interface Props {
  series: Series[];
  /** The axis of the timeline, which these stand on too. */
  axis: { from: number; span: number };
  /** When the system was not left alone; shaded. */
  fault: { from: number; to: number } | null;
}

/** What the probes measured, one chart for each, on the time axis of the phases above them. */
export default function ProbeCharts({ series, ...rest }: Props) {
  return series.map((one) => <ProbeChart key={one.name} series={one} {...rest} />);
}

function ProbeChart({ series, axis, fault }: Omit<Props, 'series'> & { series: Series }) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<UPlot | null>(null);
  const frame = useMemo(() => frameOf(series), [series]);
  const [pointed, setPointed] = useState<number | null>(null);
  const scheme = useComputedColorScheme();
  // The hooks of a plot live as long as it does; they read what is current here.
  const now = useRef({ series, frame, fault, axis });
  now.current = { series, frame, fault, axis };

  useLayoutEffect(() => {
    const place = box.current;
    if (!place) return;
    const made = new UPlot(
      optionsOf(place.clientWidth, () => now.current, setPointed),
      [[], []],
      place,
    );
    plot.current = made;
    const size = new ResizeObserver(() => made.setSize({ width: place.clientWidth, height: HEIGHT }));
    size.observe(place);
    return () => {
      size.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: new data makes the plot ask for both scales, also when only the axis moved
  useEffect(() => {
    const xs = series.samples.map((one) => one.at);
    const ys = series.samples.map((one) => one.value);
    plot.current?.setData([xs, ys]);
  }, [series, axis.from, axis.span]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the colours are read anew when the theme changes
  useEffect(() => plot.current?.redraw(), [scheme, frame]);

  const at = pointed === null ? null : series.samples[pointed];
  const last = series.samples.findLast((one) => one.value !== null);
  return (
    <>
      <div className={`${timeline.label} ${css.label}`} title={series.name}>
        <span className={timeline.name}>{series.name}</span>
        <span className={css.reading} data-tone={(at ?? last)?.met === false ? 'warn' : undefined}>
          {at
            ? `${at.value === null ? 'no number' : figure(at.value)} at +${duration(at.at - axis.from)}`
            : last?.value != null && `last ${figure(last.value)}`}
        </span>
        {series.band && (
          <span className={timeline.type}>
            must be {figure(series.band.low)} to {figure(series.band.high)}
          </span>
        )}
      </div>
      <div className={css.plot} role="img" aria-label={told(series)}>
        <div ref={box} className={css.canvas} />
        {frame.marks.map((mark) => (
          <span key={mark.value} className={css.mark} style={{ top: `${mark.top * 100}%` }} aria-hidden>
            {figure(mark.value)}
          </span>
        ))}
      </div>
    </>
  );
}

function told({ name, samples, band }: Series): string {
  const values = samples.flatMap((one) => (one.value === null ? [] : [one.value]));
  const out = samples.filter((one) => one.met === false).length;
  return [
    `${name}: ${counted(values.length, 'value')} from ${figure(Math.min(...values))} to ${figure(Math.max(...values))}`,
    band && `${out === 0 ? 'none' : out} out of tolerance`,
    'the same as a table with “Values”',
  ]
    .filter(Boolean)
    .join(', ');
}

interface Drawn {
  series: Series;
  frame: Frame;
  fault: Props['fault'];
  axis: Props['axis'];
}

function optionsOf(width: number, now: () => Drawn, point: (index: number | null) => void): UPlot.Options {
  return {
    width,
    height: HEIGHT,
    padding: [0, 0, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, sync: { key: TOGETHER }, points: { size: 9 } },
    scales: {
      x: { time: false, range: () => [now().axis.from, now().axis.from + now().axis.span] },
      y: { range: () => [now().frame.low, now().frame.high] },
    },
    axes: [{ show: false }, { show: false }],
    series: [{}, { stroke: () => colour('--accent'), width: 1.5, spanGaps: false, points: { show: false } }],
    hooks: {
      drawClear: [(u) => drawGround(u, now())],
      draw: [(u) => drawPoints(u, now().series)],
      setCursor: [(u) => point(u.cursor.idx ?? null)],
    },
  };
}

function drawGround(u: UPlot, { series: { band }, frame, fault }: Drawn) {
  const { left, top, width, height } = u.bbox;
  u.ctx.save();
  if (fault) {
    const from = u.valToPos(fault.from, 'x', true);
    u.ctx.globalAlpha = 0.05;
    u.ctx.fillStyle = colour('--text');
    u.ctx.fillRect(from, top, u.valToPos(fault.to, 'x', true) - from, height);
  }
  if (band) {
    const upper = u.valToPos(Math.min(band.high, frame.high), 'y', true);
    const lower = u.valToPos(Math.max(band.low, frame.low), 'y', true);
    u.ctx.globalAlpha = 0.13;
    u.ctx.fillStyle = colour('--good');
    u.ctx.fillRect(left, upper, width, lower - upper);
  }
  u.ctx.globalAlpha = 1;
  u.ctx.fillStyle = colour('--line');
  for (const mark of frame.marks)
    u.ctx.fillRect(left, Math.round(u.valToPos(mark.value, 'y', true)), width, 1);
  u.ctx.restore();
}

/** Within its tolerance a point is round; out of it, pointed and of another colour. */
function drawPoints(u: UPlot, { samples }: Series) {
  const dense = samples.length > 60;
  const scale = devicePixelRatio;
  u.ctx.save();
  for (const { at, value, met } of samples) {
    if (value === null || (dense && met !== false)) continue;
    const x = u.valToPos(at, 'x', true);
    const y = u.valToPos(value, 'y', true);
    const size = (met === false ? 4.5 : 3) * scale;
    u.ctx.fillStyle = colour(met === false ? '--warn' : '--accent');
    u.ctx.beginPath();
    if (met === false) {
      u.ctx.moveTo(x, y - size);
      u.ctx.lineTo(x + size, y);
      u.ctx.lineTo(x, y + size);
      u.ctx.lineTo(x - size, y);
    } else {
      u.ctx.arc(x, y, size, 0, 2 * Math.PI);
    }
    u.ctx.fill();
  }
  u.ctx.restore();
}

function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

import type { Event, Json, Phase, PlannedActivity, Run } from '~/api/contract';

/** One activity of a run as far as its events tell. */
export interface ActivityRow {
  /** Unique within the run; the plan's key, or the key with its iteration for `during`. */
  key: string;
  phase: Phase;
  name: string;
  type: 'probe' | 'action';
  provider: string;
  background: boolean;
  state: 'planned' | 'running' | 'succeeded' | 'failed' | 'cut' | 'not-played';
  startedAt: number | null;
  endedAt: number | null;
  tookMs: number | null;
  /** Null unless the activity was judged against a tolerance. */
  met: boolean | null;
  output: Json | undefined;
  outputBytes: number;
  outputTruncated: boolean;
  error: string | null;
}

export interface PhaseSpan {
  phase: Phase;
  from: number;
  to: number | null;
  met: boolean | null;
}

/** What the plan and the events say, in the order in which things are, or would be, done. */
export function activitiesOf(run: Pick<Run, 'plan' | 'state'>, events: readonly Event[]): ActivityRow[] {
  const rows = new Map<string, ActivityRow>();
  for (const planned of planOf(run.plan, events)) rows.set(planned.key, plannedRow(planned));

  for (const event of events) {
    const data = event.data;
    if (event.kind === 'activity.started') {
      const row = rowFor(rows, event);
      rows.set(row.key, {
        ...row,
        provider: text(data.provider) || row.provider,
        state: 'running',
        startedAt: Date.parse(event.at),
      });
    }
    if (event.kind === 'activity.completed') {
      const row = rowFor(rows, event);
      const took = typeof data.duration_ms === 'number' ? data.duration_ms : null;
      const endedAt = Date.parse(event.at);
      rows.set(row.key, {
        ...row,
        state: data.status === 'succeeded' ? 'succeeded' : data.status === 'failed' ? 'failed' : 'cut',
        startedAt: row.startedAt ?? (took === null ? endedAt : endedAt - took),
        endedAt,
        tookMs: took,
        met: typeof data.tolerance_met === 'boolean' ? data.tolerance_met : row.met,
        output: data.output,
        outputBytes: typeof data.output_bytes === 'number' ? data.output_bytes : 0,
        outputTruncated: data.output_truncated === true,
        error: text(data.error) || null,
      });
    }
    if (event.kind === 'phase.completed' && Array.isArray(data.probes)) judge(rows, data.probes);
  }
  return [...rows.values()].map((row) => settled(row, run.state === 'ended')).sort(inOrder);
}

/** When each phase began and ended; `during` is left out, for it runs beside the method. */
export function phasesOf(events: readonly Event[], endedAt: number | null): PhaseSpan[] {
  const spans: PhaseSpan[] = [];
  for (const event of events) {
    const phase = event.phase;
    if (!phase || phase === 'during') continue;
    const at = Date.parse(event.at);
    if (event.kind === 'phase.started') spans.push({ phase, from: at, to: null, met: null });
    if (event.kind === 'phase.completed') {
      const open = spans.findLast((span) => span.phase === phase && span.to === null);
      if (!open) continue;
      open.to = at;
      open.met = typeof event.data.met === 'boolean' ? event.data.met : null;
    }
  }
  return spans.map((span) => (span.to === null && endedAt !== null ? { ...span, to: endedAt } : span));
}

function planOf(plan: PlannedActivity[], events: readonly Event[]): PlannedActivity[] {
  if (plan.length > 0) return plan;
  const told = events.find((event) => event.kind === 'run.started')?.data.plan;
  return Array.isArray(told) ? (told as unknown as PlannedActivity[]) : [];
}

function plannedRow(planned: PlannedActivity): ActivityRow {
  return {
    key: planned.key,
    phase: planned.phase,
    name: planned.name,
    type: planned.type === 'action' ? 'action' : 'probe',
    provider: '',
    background: planned.background === true,
    state: 'planned',
    startedAt: null,
    endedAt: null,
    tookMs: null,
    met: null,
    output: undefined,
    outputBytes: 0,
    outputTruncated: false,
    error: null,
  };
}

function rowFor(rows: Map<string, ActivityRow>, event: Event): ActivityRow {
  const key = text(event.data.key) || `${event.phase}-${text(event.data.name)}`;
  return (
    rows.get(key) ??
    plannedRow({
      key,
      phase: event.phase ?? 'method',
      name: text(event.data.name) || key,
      type: event.data.type === 'action' ? 'action' : 'probe',
      background: event.data.background === true,
    })
  );
}

/** A probe's tolerance is known only when its whole hypothesis has been checked. */
function judge(rows: Map<string, ActivityRow>, probes: Json[]): void {
  for (const probe of probes) {
    if (typeof probe !== 'object' || probe === null || Array.isArray(probe)) continue;
    const row = rows.get(text(probe.key));
    if (row && typeof probe.tolerance_met === 'boolean')
      rows.set(row.key, { ...row, met: probe.tolerance_met });
  }
}

function settled(row: ActivityRow, ended: boolean): ActivityRow {
  if (!ended) return row;
  if (row.state === 'planned') return { ...row, state: 'not-played' };
  return row.state === 'running' ? { ...row, state: 'cut' } : row;
}

const GROUPS: Record<Phase, number> = { baseline: 0, during: 1, method: 1, after: 2, rollbacks: 3 };

/** By phase, and within one as things began; what never began stands where it would have been done. */
function inOrder(a: ActivityRow, b: ActivityRow): number {
  if (GROUPS[a.phase] !== GROUPS[b.phase]) return GROUPS[a.phase] - GROUPS[b.phase];
  return (a.startedAt ?? Number.POSITIVE_INFINITY) - (b.startedAt ?? Number.POSITIVE_INFINITY) || 0;
}

function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

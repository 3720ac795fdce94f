import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lazy, type ReactNode, Suspense, useMemo, useState } from 'react';
import type { Event, JsonObject, Run } from '~/api/contract';
import { versionQuery } from '~/api/experiments';
import type { ApiProblem } from '~/api/problem';
import { whenReachable } from '~/api/reach';
import { isActive } from '~/api/runs';
import { paths } from '~/paths';
import { Card } from '~/ui/card';
import { TroubleLine } from '~/ui/trouble';
import { type ActivityRow, activitiesOf, phasesOf } from './activities';
import { ActivitiesTable } from './activities-table';
import { RunLog } from './log';
import { type Series, seriesOf } from './probe-series';
import { ProbeValues } from './probe-values';
import css from './run.module.css';
import { Timeline } from './timeline';
import { VerdictHead } from './verdict-head';

const ProbeCharts = lazy(() => whenReachable(() => import('./probe-charts')));

interface Props {
  run: Run;
  events: readonly Event[];
  workspace: string;
  actions?: ReactNode;
  trouble?: ApiProblem | null;
  /** The experiment as it ran, where it came with the run and not from our store. */
  document?: JsonObject | null;
  /** What the run told is still on its way. */
  pending?: boolean;
}

/** Draws a run from its record and its events; asks for nothing itself but the log, and tolerances to draw. */
export function RunView({ run, events, workspace, actions, trouble, document, pending }: Props) {
  const active = isActive(run);
  const state = pending ? 'running' : run.state; // nothing is called not played before it is known
  const rows = useMemo(() => activitiesOf({ plan: run.plan, state }, events), [run.plan, state, events]);
  const span = useMemo(() => spanOf(run, events), [run, events]);
  const phases = useMemo(() => phasesOf(events, span?.to ?? null), [events, span]);

  const series = useSeries(run, rows, document ?? null);
  const [asTable, setAsTable] = useState(false);

  return (
    <>
      <div className={css.above}>
        <h1>
          Run {run.number} of{' '}
          {run.experiment_id ? (
            <a href={paths.experiment(workspace, run.experiment_id)}>{run.title}</a>
          ) : (
            <strong>{run.title}</strong>
          )}
          {run.environment && run.environment !== 'default' && <>, on {run.environment}</>}
        </h1>
        <div className={css.actions}>{actions}</div>
      </div>
      <VerdictHead
        run={run}
        versionHref={
          run.experiment_id && run.version != null
            ? paths.version(workspace, run.experiment_id, run.version)
            : null
        }
      />
      <div className={css.stack}>
        {trouble && <TroubleLine problem={trouble} />}
        <Card
          title="Timeline"
          aside={
            series.length > 0 ? (
              <Button
                variant="subtle"
                size="compact-sm"
                onClick={() => setAsTable(!asTable)}
                aria-expanded={asTable}
              >
                {asTable ? 'Hide the values' : 'Values'}
              </Button>
            ) : null
          }
        >
          {span && phases.length > 0 ? (
            <Timeline
              from={span.from}
              to={span.to}
              phases={phases}
              rows={rows}
              charts={(axis, fault) =>
                series.length > 0 && (
                  <Suspense>
                    <ProbeCharts series={series} axis={axis} fault={fault} />
                  </Suspense>
                )
              }
            />
          ) : (
            <div className={css.waiting}>
              {active
                ? 'The timeline begins with the first phase.'
                : pending
                  ? 'Reading what the run left…'
                  : 'This run told nothing of its phases.'}
            </div>
          )}
          {asTable && span && <ProbeValues series={series} from={span.from} />}
        </Card>
        <ActivitiesTable rows={rows} from={span?.from ?? null} />
        {run.origin === 'hub' && run.id && <RunLog id={run.id} active={active} />}
      </div>
    </>
  );
}

/** What the probes measured; the tolerances are asked for only when there is something to draw. */
function useSeries(run: Run, rows: ActivityRow[], given: JsonObject | null): Series[] {
  const plain = useMemo(() => seriesOf(rows, null), [rows]);
  const reported = run.manifest.experiment as JsonObject | undefined;
  const version = useQuery({
    ...versionQuery(run.experiment_id ?? '', run.version ?? 0),
    enabled: plain.length > 0 && !given && !reported && Boolean(run.experiment_id && run.version),
  });
  const document = given ?? reported ?? version.data?.document ?? null;
  return useMemo(() => (document ? seriesOf(rows, document) : plain), [rows, document, plain]);
}

/** From the first thing that the run itself told until the last, or until it ended. */
function spanOf(run: Run, events: readonly Event[]): { from: number; to: number | null } | null {
  const first = events.find((event) => event.kind === 'run.started' || event.kind === 'phase.started');
  const from = first ? Date.parse(first.at) : run.started_at ? Date.parse(run.started_at) : null;
  if (from === null) return null;
  if (isActive(run)) return { from, to: null };
  const told = events.findLast((event) => event.sender !== 'hub');
  const end = Math.max(told ? Date.parse(told.at) : from, from + 1);
  return { from, to: end };
}

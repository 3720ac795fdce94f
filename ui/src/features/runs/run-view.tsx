import { type ReactNode, useMemo } from 'react';
import type { Event, Run } from '~/api/contract';
import type { ApiProblem } from '~/api/problem';
import { isActive } from '~/api/runs';
import { paths } from '~/paths';
import { Card } from '~/ui/card';
import { TroubleLine } from '~/ui/trouble';
import { activitiesOf, phasesOf } from './activities';
import { ActivitiesTable } from './activities-table';
import { RunLog } from './log';
import css from './run.module.css';
import { Timeline } from './timeline';
import { VerdictHead } from './verdict-head';

interface Props {
  run: Run;
  events: readonly Event[];
  workspace: string;
  actions?: ReactNode;
  trouble?: ApiProblem | null;
}

/** Draws a run from its record and its events; asks for nothing itself but the log. */
export function RunView({ run, events, workspace, actions, trouble }: Props) {
  const active = isActive(run);
  const rows = useMemo(() => activitiesOf(run, events), [run, events]);
  const span = useMemo(() => spanOf(run, events), [run, events]);
  const phases = useMemo(() => phasesOf(events, span?.to ?? null), [events, span]);

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
          aside={active ? 'live, grows as it happens' : 'one axis for phases and activities'}
        >
          {span && phases.length > 0 ? (
            <Timeline from={span.from} to={span.to} phases={phases} rows={rows} />
          ) : (
            <div className={css.waiting}>
              {active ? 'The timeline begins with the first phase.' : 'This run told nothing of its phases.'}
            </div>
          )}
        </Card>
        <ActivitiesTable rows={rows} from={span?.from ?? null} />
        {run.origin === 'hub' && run.id && <RunLog id={run.id} active={active} />}
      </div>
    </>
  );
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

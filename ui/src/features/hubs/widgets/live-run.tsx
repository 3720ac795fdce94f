import type { RunSummary } from '~/api/contract';
import { paths } from '~/paths';
import { Elapsed } from '~/ui/ago';
import { VerdictBadge } from '~/ui/verdict';
import type { WidgetProps } from './registry';
import css from './widgets.module.css';

/** Every run that is under way in the workspace, with where it has got to. */
export function LiveRunWidget({ value, workspace }: WidgetProps) {
  const runs = (Array.isArray(value.runs) ? value.runs : []) as unknown as RunSummary[];
  if (runs.length === 0)
    return <p className={css.none}>Nothing is running. What starts shows here at once.</p>;
  return (
    <ul className={css.lives}>
      {runs.map((run) => (
        <li key={run.id}>
          <div className={css.row}>
            <a className={css.strong} href={paths.run(workspace, run.id)}>
              {run.title}
            </a>
            <VerdictBadge run={run} quiet />
            <span className={css.time}>
              {run.started_at && <Elapsed from={run.started_at} to={run.ended_at} />}
            </span>
          </div>
          <progress
            className={css.progress}
            max={Math.max(1, run.progress.total)}
            value={run.progress.done}
            aria-label={`Progress of ${run.title}`}
          />
          <div className={css.faint}>
            {run.phase ?? run.state}
            {run.progress.total > 0 &&
              `, step ${Math.min(run.progress.done + 1, run.progress.total)} of ${run.progress.total}`}
            {run.progress.current && `: ${run.progress.current}`}
          </div>
        </li>
      ))}
    </ul>
  );
}

import type { RunSummary } from '~/api/contract';
import { isActive } from '~/api/runs';
import { paths } from '~/paths';
import { Ago, Elapsed } from '~/ui/ago';
import { lookOf, VerdictShape } from '~/ui/verdict';
import { duration } from '~/ui/words';
import type { WidgetProps } from './registry';
import css from './widgets.module.css';

/** The last run of one experiment: its verdict large enough for a wall. */
export function RunStatusWidget({ value, workspace }: WidgetProps) {
  const run = value.run as unknown as RunSummary | null;
  const experiment = value.experiment as unknown as { id: string; title: string } | null;
  if (!run) {
    return (
      <p className={css.none}>
        {experiment ? (
          <>
            <a href={paths.experiment(workspace, experiment.id)}>{experiment.title}</a> has not run yet.
          </>
        ) : (
          'The experiment is gone.'
        )}
      </p>
    );
  }
  const look = lookOf(run);
  return (
    <div className={css.status} data-tone={look.tone}>
      <VerdictShape run={run} />
      <div className={css.statusText}>
        <a className={css.word} href={paths.run(workspace, run.id)}>
          {look.word}
        </a>
        <div className={css.sub}>{experiment?.title ?? run.title}</div>
        <div className={css.faint}>
          Run {run.number}, <Ago at={run.started_at ?? run.requested_at} />
          {isActive(run) && run.started_at && (
            <>
              , <Elapsed from={run.started_at} />
            </>
          )}
          {run.duration_ms != null && `, took ${duration(run.duration_ms)}`}
        </div>
      </div>
    </div>
  );
}

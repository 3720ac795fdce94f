import type { ExperimentSummary } from '~/api/contract';
import { paths } from '~/paths';
import { VerdictStrip } from '~/ui/verdict-strip';
import type { WidgetProps } from './registry';
import css from './widgets.module.css';

/** Experiments with their last ten verdicts. */
export function ExperimentsWidget({ value, workspace }: WidgetProps) {
  const items = (Array.isArray(value.items) ? value.items : []) as unknown as ExperimentSummary[];
  if (items.length === 0) {
    return (
      <p className={`${css.none} ${css.padded}`}>
        No experiments yet. <a href={paths.newExperiment(workspace)}>Write the first one.</a>
      </p>
    );
  }
  return (
    <ul className={css.feed}>
      {items.map((one) => (
        <li key={one.id}>
          <a className={`${css.said} ${css.plain}`} href={paths.experiment(workspace, one.id)}>
            <span className={css.twoLines} title={one.title.length > 80 ? one.title : undefined}>
              {one.title}
            </span>
            {one.origin === 'outside' && <span className={css.mark}>from outside</span>}
          </a>
          <VerdictStrip runs={one.last_runs} href={paths.experiment(workspace, one.id, 'runs')} />
        </li>
      ))}
    </ul>
  );
}

import type { Activity } from '~/api/contract';
import { paths } from '~/paths';
import { Ago } from '~/ui/ago';
import { VerdictBadge } from '~/ui/verdict';
import type { WidgetProps } from './registry';
import css from './widgets.module.css';

/** Who did what, newest first. */
export function ActivityWidget({ value, workspace }: WidgetProps) {
  const items = (Array.isArray(value.items) ? value.items : []) as unknown as Activity[];
  if (items.length === 0) return <p className={`${css.none} ${css.padded}`}>Nothing has happened yet.</p>;
  return (
    <ul className={css.feed}>
      {items.map((one) => (
        <li key={one.id}>
          <span className={css.who} aria-hidden>
            {(one.account ?? 'hub').slice(0, 2)}
          </span>
          <span className={css.said}>
            <strong>{one.account ?? 'The hub'}</strong> {one.verb.replaceAll('-', ' ')}{' '}
            <Thing activity={one} workspace={workspace} />{' '}
            {one.verdict && <VerdictBadge run={{ state: 'ended', verdict: one.verdict }} quiet />}
          </span>
          <span className={css.time}>
            <Ago at={one.at} />
          </span>
        </li>
      ))}
    </ul>
  );
}

function Thing({ activity, workspace }: { activity: Activity; workspace: string }) {
  const href = hrefOf(activity, workspace);
  return href ? <a href={href}>{activity.title}</a> : <span>{activity.title}</span>;
}

function hrefOf(activity: Activity, workspace: string): string | null {
  switch (activity.object_kind) {
    case 'experiment':
      return paths.experiment(workspace, activity.object_id);
    case 'run':
      return paths.run(workspace, activity.object_id);
    case 'hub':
      return paths.hub(workspace, activity.object_id);
    case 'member':
      return paths.members(workspace);
    case 'workspace':
      return null;
  }
}

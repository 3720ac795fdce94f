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
            {actorOf(one).slice(0, 2)}
          </span>
          <span className={css.said}>
            <strong>{actorOf(one)}</strong> {saidOf(one)} <Thing activity={one} workspace={workspace} />{' '}
            {one.verdict && !isMany(one) && (
              <VerdictBadge run={{ state: 'ended', verdict: one.verdict }} quiet />
            )}
          </span>
          <span className={css.time}>
            <Ago at={one.at} />
          </span>
        </li>
      ))}
    </ul>
  );
}

/** What the hub did by itself is told under one name. */
function actorOf(one: Activity): string {
  return one.account && one.account !== 'chaoshub' ? one.account : 'ChaosHub';
}

function isMany(one: Activity): boolean {
  return (one.count ?? 1) > 1;
}

function saidOf(one: Activity): string {
  if (one.verb === 'uploaded') return isMany(one) ? 'uploaded' : 'uploaded a run of';
  if (one.verb === 'merged') return 'merged';
  return one.verb.replaceAll('-', ' ');
}

function Thing({ activity, workspace }: { activity: Activity; workspace: string }) {
  if (isMany(activity)) return <a href={paths.runs(workspace)}>{activity.count} journals</a>;
  const href = hrefOf(activity, workspace);
  const title = activity.title.length > 120 ? `${activity.title.slice(0, 120)}…` : activity.title;
  return href ? <a href={href}>{title}</a> : <span>{title}</span>;
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

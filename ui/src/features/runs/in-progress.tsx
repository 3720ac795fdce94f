import { Button, Group } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import type { ApiProblem } from '~/api/problem';
import { paths } from '~/paths';
import { Empty } from '~/ui/empty';

interface LiveRun {
  id: string;
  number: number;
  title: string;
  started_by: string;
  same_experiment: boolean;
}

/** Asks before a run is started beside a live one: each could cause what the other one sees. */
export function InProgress(props: {
  problem: ApiProblem;
  workspace: string;
  experiment: string;
  onAnyway: () => void;
}) {
  const live = runsIn(props.problem.extra);
  const told = live.find((run) => run.same_experiment) ?? live[0];
  if (!told) return null;
  return (
    <Empty
      icon={IconPlayerPlay}
      title={
        told.same_experiment
          ? `Run ${told.number} of this experiment is live`
          : `Run ${told.number} is live in the same environment`
      }
      action={
        <Group gap={8} justify="center">
          <Button component="a" href={paths.run(props.workspace, told.id)}>
            Watch run {told.number}
          </Button>
          <Button variant="default" onClick={props.onAnyway}>
            Run anyway
          </Button>
          <Button component="a" variant="subtle" href={paths.experiment(props.workspace, props.experiment)}>
            Cancel
          </Button>
        </Group>
      }
    >
      “{told.title}” was started by {told.started_by}
      {live.length > 1 && `, and ${live.length - 1} more runs are live`}. If both run at once, either may
      cause what the other one sees; both records would say so. Nothing was started.
    </Empty>
  );
}

function runsIn(extra: unknown): LiveRun[] {
  const runs = typeof extra === 'object' && extra !== null ? (extra as { runs?: unknown }).runs : null;
  return Array.isArray(runs) ? (runs as LiveRun[]) : [];
}

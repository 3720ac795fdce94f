import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { experimentQuery } from '~/api/experiments';
import { asProblem } from '~/api/problem';
import { meQuery } from '~/api/session';
import { pressedUnder, pressRun, startingQuery } from '~/api/starting';
import { useRedirect } from '~/app/redirect';
import { paths } from '~/paths';
import { BonePage } from '~/ui/bones';
import { Trouble } from '~/ui/trouble';
import { InProgress } from './in-progress';
import { RunView } from './run-view';
import { expectedRun } from './starting';

/** The run page in the moment between pressing Run and the hub's answer. */
export function StartingPage({
  workspace,
  pressed,
  experiment: id,
}: {
  workspace: string;
  pressed: string;
  experiment: string;
}) {
  const me = useQuery(meQuery);
  const experiment = useQuery(experimentQuery(id));
  const body = pressedUnder(pressed);
  const navigate = useNavigate();
  const started = useQuery({ ...startingQuery(pressed), enabled: body !== undefined });

  // A page that was loaded anew has lost what was pressed; the experiment shows the run, if there was one.
  const lost = body === undefined;
  useRedirect(
    lost
      ? paths.experiment(workspace, id, 'runs')
      : started.data
        ? paths.run(workspace, started.data.id)
        : null,
  );

  if (started.isError && asProblem(started.error).code === 'run-in-progress' && body) {
    const anyway = () => {
      const key = pressRun({ ...body, overlap: 'allow' });
      void navigate({ href: paths.startingRun(workspace, key, id), replace: true });
    };
    return (
      <InProgress
        problem={asProblem(started.error)}
        workspace={workspace}
        experiment={id}
        onAnyway={anyway}
      />
    );
  }
  if (started.isError) {
    return (
      <Trouble problem={asProblem(started.error)} onRetry={() => started.refetch()}>
        <Button component="a" variant="default" href={paths.experiment(workspace, id)}>
          Back to the experiment
        </Button>
      </Trouble>
    );
  }
  if (!experiment.data) return <BonePage label="Starting the run" />;
  const run = started.data ?? expectedRun(experiment.data, { experiment: id }, me.data?.account.name ?? '');
  return <RunView run={run} events={[]} workspace={workspace} />;
}

import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { experimentQuery } from '~/api/experiments';
import { asProblem } from '~/api/problem';
import { meQuery } from '~/api/session';
import { startingQuery, wasPressed } from '~/api/starting';
import { useRedirect } from '~/app/redirect';
import { paths } from '~/paths';
import { BonePage } from '~/ui/bones';
import { Trouble } from '~/ui/trouble';
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
  const started = useQuery({ ...startingQuery(pressed), enabled: wasPressed(pressed) });

  // A page that was loaded anew has lost what was pressed; the experiment shows the run, if there was one.
  const lost = !wasPressed(pressed);
  useRedirect(
    lost
      ? paths.experiment(workspace, id, 'runs')
      : started.data
        ? paths.run(workspace, started.data.id)
        : null,
  );

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

import { useParams, useSearch } from '@tanstack/react-router';
import { workspaceName } from '~/api/session';
import { useMembership } from '~/app/place';
import { ExperimentPage } from '~/features/experiments/experiment-page';
import { RunList } from '~/features/runs/run-list';
import { Card } from '~/ui/card';

export function ExperimentRoute() {
  const membership = useMembership();
  const { experiment = '' } = useParams({ strict: false });
  const { tab, version } = useSearch({ strict: false });
  const runs = (
    <Card flush label="Runs of this experiment">
      <RunList workspace={workspaceName(membership)} filter={{ experiment }} empty={null} showTitle={false} />
    </Card>
  );
  return (
    <ExperimentPage
      key={experiment}
      id={experiment}
      membership={membership}
      tab={tab ?? 'overview'}
      version={version}
      runs={runs}
    />
  );
}

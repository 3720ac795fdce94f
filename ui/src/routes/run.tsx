import { useParams } from '@tanstack/react-router';
import { useMembership } from '~/app/place';
import { RunPage } from '~/features/runs/run-page';

export function RunRoute() {
  const { run = '' } = useParams({ strict: false });
  return <RunPage key={run} id={run} membership={useMembership()} />;
}

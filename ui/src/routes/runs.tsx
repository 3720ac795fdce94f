import { useSearch } from '@tanstack/react-router';
import { useMembership } from '~/app/place';
import { RunsPage } from '~/features/runs/runs-page';

export function RunsRoute() {
  const { state, verdict, experiment } = useSearch({ from: '/signed-in/$org/$workspace/runs' });
  return <RunsPage membership={useMembership()} search={{ state, verdict, experiment }} />;
}

import { useSearch } from '@tanstack/react-router';
import { useWorkspaceName } from '~/app/place';
import { RunsPage } from '~/features/runs/runs-page';

export function RunsRoute() {
  const { state, verdict, experiment } = useSearch({ from: '/signed-in/$org/$workspace/runs' });
  return <RunsPage workspace={useWorkspaceName()} search={{ state, verdict, experiment }} />;
}

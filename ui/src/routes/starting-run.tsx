import { useParams, useSearch } from '@tanstack/react-router';
import { useWorkspaceName } from '~/app/place';
import { StartingPage } from '~/features/runs/starting-page';

export function StartingRunRoute() {
  const { key = '' } = useParams({ strict: false });
  const { experiment } = useSearch({ from: '/signed-in/$org/$workspace/runs/starting/$key' });
  return <StartingPage workspace={useWorkspaceName()} pressed={key} experiment={experiment} />;
}

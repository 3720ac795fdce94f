import { useSearch } from '@tanstack/react-router';
import { useMembership } from '~/app/place';
import { HubsPage } from '~/features/hubs/hubs-page';

export function HubsRoute() {
  const search = useSearch({ from: '/signed-in/$org/$workspace/hubs' });
  return <HubsPage membership={useMembership()} creating={search.new === 'yes'} />;
}

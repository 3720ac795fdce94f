import { useSearch } from '@tanstack/react-router';
import { useMembership } from '~/app/place';
import { TokensPage } from '~/features/tokens/tokens-page';

export function TokensRoute() {
  const search = useSearch({ from: '/signed-in/$org/$workspace/tokens' });
  return <TokensPage membership={useMembership()} creating={search.new === 'yes'} />;
}

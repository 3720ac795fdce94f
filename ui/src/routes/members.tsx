import { useQuery } from '@tanstack/react-query';
import { meQuery } from '~/api/session';
import { useMembership } from '~/app/place';
import { MembersPage } from '~/features/members/members-page';

export function MembersRoute() {
  const me = useQuery(meQuery);
  return <MembersPage membership={useMembership()} account={me.data?.account} />;
}

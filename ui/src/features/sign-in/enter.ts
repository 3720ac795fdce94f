import { useQueryClient } from '@tanstack/react-query';
import { claimIsFresh } from '~/api/claim';
import type { Me } from '~/api/contract';
import { keys } from '~/api/keys';

/** What follows from having signed in: nothing of whoever was here before is left. */
export function useEnter(onSignedIn: () => void): (me: Me) => void {
  const client = useQueryClient();
  return (me) => {
    claimIsFresh();
    client.clear();
    client.setQueryData(keys.me, me);
    onSignedIn();
  };
}

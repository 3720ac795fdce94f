import { useQuery } from '@tanstack/react-query';
import type { Membership } from '~/api/contract';
import { asProblem } from '~/api/problem';
import { workspaceName } from '~/api/session';
import { useRedirect } from '~/app/redirect';
import { paths } from '~/paths';
import { BonePage } from '~/ui/bones';
import { Trouble } from '~/ui/trouble';
import { HubPage } from './hub-page';
import { hubsQuery } from './queries';

/** Home is the workspace's default hub. */
export function DefaultHub({ membership }: { membership: Membership }) {
  const workspace = workspaceName(membership);
  const hubs = useQuery(hubsQuery(workspace));
  const home = hubs.data?.items.find((hub) => hub.is_default) ?? hubs.data?.items[0];
  useRedirect(hubs.data && !home ? paths.hubs(workspace) : null);

  if (hubs.isPending) return <BonePage label="Loading the hub" />;
  if (hubs.isError && !hubs.data) {
    return <Trouble problem={asProblem(hubs.error)} onRetry={() => hubs.refetch()} />;
  }
  if (!home) return null;
  return <HubPage key={home.id} id={home.id} editing={false} membership={membership} />;
}

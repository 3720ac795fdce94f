import { useQuery } from '@tanstack/react-query';
import { Navigate } from '@tanstack/react-router';
import { asProblem } from '~/api/problem';
import { paths } from '~/paths';
import { BonePage } from '~/ui/bones';
import { Trouble } from '~/ui/trouble';
import { hubsQuery } from './queries';

/** Home is the workspace's default hub. */
export function DefaultHub({ workspace }: { workspace: string }) {
  const hubs = useQuery(hubsQuery(workspace));
  if (hubs.isPending) return <BonePage label="Loading the hub" />;
  if (hubs.isError && !hubs.data)
    return <Trouble problem={asProblem(hubs.error)} onRetry={() => hubs.refetch()} />;
  const home = hubs.data.items.find((hub) => hub.is_default) ?? hubs.data.items[0];
  return <Navigate to={home ? paths.hub(workspace, home.id) : paths.hubs(workspace)} replace />;
}

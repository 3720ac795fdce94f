import { useQuery } from '@tanstack/react-query';
import type { Membership } from '~/api/contract';
import { troubleOf } from '~/api/problem';
import { workspaceName } from '~/api/session';
import { BonePage } from '~/ui/bones';
import { Trouble } from '~/ui/trouble';
import { FirstSteps } from './first-steps';
import { HubPage } from './hub-page';
import { hubsQuery } from './queries';

const SOON_MS = 300; // so that a person hardly notices

/** Home is the workspace's default hub. */
export function DefaultHub({ membership }: { membership: Membership }) {
  const workspace = workspaceName(membership);
  // A workspace that was made a moment ago gets its hub a moment later; it can never be without one.
  const hubs = useQuery({
    ...hubsQuery(workspace),
    refetchInterval: ({ state }) => (state.data?.items.length === 0 ? SOON_MS : false),
  });
  const home = hubs.data?.items.find((hub) => hub.is_default) ?? hubs.data?.items[0];

  const trouble = troubleOf(hubs);
  if (trouble) return <Trouble problem={trouble} onRetry={() => hubs.refetch()} />;
  if (!home) return <BonePage label="Loading the hub" />;
  return (
    <>
      <FirstSteps membership={membership} />
      <HubPage key={home.id} id={home.id} editing={false} membership={membership} />
    </>
  );
}

import { useMembership } from '~/app/place';
import { DefaultHub } from '~/features/hubs/default-hub';

export function HomeRoute() {
  return <DefaultHub membership={useMembership()} />;
}

import { useWorkspaceName } from '~/app/place';
import { DefaultHub } from '~/features/hubs/default-hub';

export function HomeRoute() {
  return <DefaultHub workspace={useWorkspaceName()} />;
}

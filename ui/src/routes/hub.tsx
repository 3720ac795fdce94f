import { useParams, useSearch } from '@tanstack/react-router';
import { useMembership } from '~/app/place';
import { HubPage } from '~/features/hubs/hub-page';

export function HubRoute() {
  const { hub } = useParams({ strict: false });
  const { edit } = useSearch({ strict: false });
  return <HubPage key={hub} id={hub ?? ''} editing={edit === true} membership={useMembership()} />;
}

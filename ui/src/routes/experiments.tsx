import { useSearch } from '@tanstack/react-router';
import { may, workspaceName } from '~/api/session';
import { useMembership } from '~/app/place';
import { ExperimentsPage } from '~/features/experiments/experiments-page';

export function ExperimentsRoute() {
  const membership = useMembership();
  const { q, origin, archived } = useSearch({ strict: false });
  return (
    <ExperimentsPage
      workspace={workspaceName(membership)}
      q={q ?? ''}
      search={{ ...(origin && origin !== 'upload' && { origin }), ...(archived && { archived }) }}
      canWrite={may(membership, 'experiment:write')}
    />
  );
}

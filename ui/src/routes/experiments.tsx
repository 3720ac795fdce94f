import { useSearch } from '@tanstack/react-router';
import { may, workspaceName } from '~/api/session';
import { useMembership } from '~/app/place';
import { ExperimentsPage } from '~/features/experiments/experiments-page';

export function ExperimentsRoute() {
  const membership = useMembership();
  const { q } = useSearch({ strict: false });
  return (
    <ExperimentsPage
      workspace={workspaceName(membership)}
      q={q ?? ''}
      canWrite={may(membership, 'experiment:write')}
    />
  );
}

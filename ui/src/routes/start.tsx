import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { meQuery, workspaceName } from '~/api/session';
import { lastWorkspace } from '~/app/place';
import { useRedirect } from '~/app/redirect';
import { FirstWorkspace } from '~/features/members/first-workspace';
import { paths } from '~/paths';

/** The way in: the workspace that was used last, else the first, else making one. */
export function StartRoute() {
  const me = useQuery(meQuery);
  const wanted = useSearch({ from: '/signed-in/' });
  const names = me.data?.workspaces.map(workspaceName) ?? [];
  const last = lastWorkspace();
  const home = names.find((name) => name === last) ?? names[0];
  const making = wanted.new === 'workspace' || !home;
  useRedirect(making ? null : paths.home(home));
  return making ? <FirstWorkspace back={home} /> : null;
}

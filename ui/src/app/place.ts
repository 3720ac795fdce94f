import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { Membership } from '~/api/contract';
import { membershipIn, meQuery } from '~/api/session';

/** The workspace that the address names, `org/name`; empty on pages outside of any. */
export function useWorkspaceName(): string {
  const { org, workspace } = useParams({ strict: false });
  return org && workspace ? `${org}/${workspace}` : '';
}

/** My membership in it. Only for pages below the workspace's frame, which shows nothing without one. */
export function useMembership(): Membership {
  const membership = useMembershipIfAny();
  if (!membership) throw new Error('this page is drawn outside of a workspace');
  return membership;
}

export function useMembershipIfAny(): Membership | undefined {
  const name = useWorkspaceName();
  const me = useQuery(meQuery);
  return membershipIn(me.data, name);
}

const LAST = 'chaoshub-last-workspace';

export function rememberWorkspace(name: string): void {
  localStorage.setItem(LAST, name);
}

export function lastWorkspace(): string | null {
  return localStorage.getItem(LAST);
}

import { queryOptions } from '@tanstack/react-query';
import { answerOf, api } from './client';
import type { Me, Membership } from './contract';
import { keys } from './keys';

export const meQuery = queryOptions({
  queryKey: keys.me,
  queryFn: ({ signal }) => answerOf(api.GET('/api/v1/me', { signal })),
  staleTime: 60_000,
});

/** `org/name`, the way workspaces are named in addresses and queries. */
export function workspaceName(membership: Membership): string {
  return `${membership.workspace.organization}/${membership.workspace.name}`;
}

export function membershipIn(me: Me | undefined, workspace: string): Membership | undefined {
  return me?.workspaces.find((one) => workspaceName(one) === workspace);
}

/** Whether the account may do this there; the hub decides again on every call. */
export function may(membership: Membership | undefined, scope: string): boolean {
  return (membership?.scopes as string[] | undefined)?.includes(scope) ?? false;
}

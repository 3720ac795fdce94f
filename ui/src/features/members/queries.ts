import { queryOptions } from '@tanstack/react-query';
import { answerOf, api } from '~/api/client';
import type { NewAccount, Role } from '~/api/contract';
import { keys } from '~/api/keys';
import { wholeOf } from '~/api/whole';

export const membersQuery = (workspaceId: string) =>
  queryOptions({
    queryKey: keys.members(workspaceId),
    queryFn: ({ signal }) =>
      wholeOf((query) =>
        answerOf(
          api.GET('/api/v1/workspaces/{id}/members', {
            params: { path: { id: workspaceId }, query },
            signal,
          }),
        ),
      ),
  });

export const invitationsQuery = (workspaceId: string) =>
  queryOptions({
    queryKey: keys.invitations(workspaceId),
    queryFn: ({ signal }) =>
      answerOf(
        api.GET('/api/v1/workspaces/{id}/invitations', { params: { path: { id: workspaceId } }, signal }),
      ),
  });

export function createInvitation(workspaceId: string, role: Role, days: number) {
  return answerOf(
    api.POST('/api/v1/workspaces/{id}/invitations', {
      params: { path: { id: workspaceId } },
      body: { role, expires_in_days: days },
    }),
  );
}

export function deleteInvitation(workspaceId: string, invitation: string) {
  return answerOf(
    api.DELETE('/api/v1/workspaces/{id}/invitations/{invitation}', {
      params: { path: { id: workspaceId, invitation } },
    }),
  );
}

export const organizationsQuery = queryOptions({
  queryKey: keys.organizations,
  queryFn: ({ signal }) =>
    wholeOf((query) => answerOf(api.GET('/api/v1/organizations', { params: { query }, signal }))),
});

export function putMember(workspaceId: string, name: string, role: Role) {
  return answerOf(
    api.PUT('/api/v1/workspaces/{id}/members/{account_name}', {
      params: { path: { id: workspaceId, account_name: name } },
      body: { role },
    }),
  );
}

export function removeMember(workspaceId: string, name: string) {
  return answerOf(
    api.DELETE('/api/v1/workspaces/{id}/members/{account_name}', {
      params: { path: { id: workspaceId, account_name: name } },
    }),
  );
}

export function createAccount(body: NewAccount) {
  return answerOf(api.POST('/api/v1/accounts', { body }));
}

export function createOrganization(name: string) {
  return answerOf(api.POST('/api/v1/organizations', { body: { name } }));
}

export function createWorkspace(organization: string, name: string, title: string) {
  return answerOf(
    api.POST('/api/v1/workspaces', { body: { organization, name, ...(title ? { title } : {}) } }),
  );
}

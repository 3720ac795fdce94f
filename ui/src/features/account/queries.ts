import { queryOptions } from '@tanstack/react-query';
import { answerOf, api } from '~/api/client';
import { keys } from '~/api/keys';

export const sessionsQuery = queryOptions({
  queryKey: keys.sessions,
  queryFn: ({ signal }) => answerOf(api.GET('/api/v1/auth/sessions', { signal })),
});

export const waysInQuery = queryOptions({
  queryKey: keys.waysIn,
  queryFn: ({ signal }) => answerOf(api.GET('/api/v1/auth/identities', { signal })),
});

export function endSession(id: string) {
  return answerOf(api.DELETE('/api/v1/auth/sessions/{id}', { params: { path: { id } } }));
}

export function endOtherSessions() {
  return answerOf(api.DELETE('/api/v1/auth/sessions'));
}

export function unlink(id: string) {
  return answerOf(api.DELETE('/api/v1/auth/identities/{id}', { params: { path: { id } } }));
}

/** `current` is what opens the account so far; nothing where no password does. */
export function putPassword(current: string | undefined, next: string) {
  return answerOf(api.PUT('/api/v1/auth/password', { body: { current, new: next } }));
}

/** Where to go to bring one more; the provider leads back to this page. */
export function beginLink(provider: string) {
  return answerOf(api.POST('/api/v1/auth/providers/{provider}/link', { params: { path: { provider } } }));
}

import { queryOptions } from '@tanstack/react-query';
import { answerOf, api } from './client';
import { keys } from './keys';

/** What one may sign in with, and who may make an account. */
export const optionsQuery = queryOptions({
  queryKey: keys.signInOptions,
  queryFn: ({ signal }) => answerOf(api.GET('/api/v1/auth/options', { signal })),
});

/** Leads to a provider, which leads back; the browser goes there, not the page. */
export function beginAt(provider: string, next = '/'): string {
  return `/api/v1/auth/providers/${encodeURIComponent(provider)}/begin?${new URLSearchParams({ next })}`;
}

/** The same for who is invited; the secret is in no address. */
export function beginInvited(provider: string, next: string, invitation: string) {
  return answerOf(
    api.POST('/api/v1/auth/providers/{provider}/begin', {
      params: { path: { provider } },
      body: { next, invitation },
    }),
  );
}

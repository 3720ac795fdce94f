import { queryOptions } from '@tanstack/react-query';
import { answerOf, api } from './client';
import { keys } from './keys';

/** What one may sign in with, and who may make an account. */
export const optionsQuery = queryOptions({
  queryKey: keys.signInOptions,
  queryFn: ({ signal }) => answerOf(api.GET('/api/v1/auth/options', { signal })),
});

/** Leads to a provider, which leads back; the browser goes there, not the page. */
export function beginAt(provider: string, wish: { next?: string; invitation?: string }): string {
  const query = new URLSearchParams();
  if (wish.next) query.set('next', wish.next);
  if (wish.invitation) query.set('invitation', wish.invitation);
  return `/api/v1/auth/providers/${encodeURIComponent(provider)}/begin?${query}`;
}

import { useRouter, useRouterState } from '@tanstack/react-router';
import { InvitationPage } from '~/features/sign-in/invitation-page';

export function InvitationRoute() {
  const router = useRouter();
  // Of the page that is drawn: while the next one loads, the address is that of the next.
  const hash = useRouterState({ select: (state) => (state.resolvedLocation ?? state.location).hash });
  const secret = hash.replace(/^#/, '');
  return <InvitationPage key={secret} secret={secret} onJoined={(home) => router.history.push(home)} />;
}

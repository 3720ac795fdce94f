import { useRouter, useRouterState } from '@tanstack/react-router';
import { InvitationPage } from '~/features/sign-in/invitation-page';

export function InvitationRoute() {
  const router = useRouter();
  const secret = useRouterState({ select: (state) => state.location.hash }).replace(/^#/, '');
  return <InvitationPage key={secret} secret={secret} onJoined={(home) => router.history.push(home)} />;
}

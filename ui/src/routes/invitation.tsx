import { useRouter, useRouterState } from '@tanstack/react-router';
import { useState } from 'react';
import { InvitationPage } from '~/features/sign-in/invitation-page';

export function InvitationRoute() {
  const router = useRouter();
  const hash = useRouterState({ select: (state) => state.location.hash });
  // The address as it was opened: moving within the page must not lose it.
  const [secret] = useState(hash.replace(/^#/, ''));
  return <InvitationPage secret={secret} onJoined={(home) => router.history.push(home)} />;
}

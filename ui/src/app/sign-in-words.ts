/** What a failed way through a provider means, and what to do; by the code in the address, never by a text of theirs. */
export interface Said {
  title: string;
  detail: string;
}

const NO_ACCOUNT = 'You have no account here yet';

const WORDS: Record<string, (provider: string) => Said> = {
  'provider-unavailable': (provider) => ({
    title: `${provider} does not answer`,
    detail: 'Try again in a moment, or sign in another way.',
  }),
  'provider-unreadable': (provider) => ({
    title: `${provider} sent an answer that could not be verified`,
    detail: 'You were not signed in. Try again; if it happens again, tell the person who runs this server.',
  }),
  'provider-refused': (provider) => ({
    title: `${provider} refused the sign-in`,
    detail: 'Start again; if it happens again, tell the person who runs this server.',
  }),
  'provider-denied': (provider) => ({
    title: `You did not allow ${provider} to share your identity`,
    detail: 'Nothing was changed. Start again, or sign in another way.',
  }),
  'unknown-provider': () => ({
    title: 'This provider is not set up here',
    detail: 'Sign in another way.',
  }),
  'sign-in-not-pending': () => ({
    title: 'That sign-in has expired',
    detail:
      'It took longer than ten minutes, was already finished, or was started in another browser. Start again.',
  }),
  'sign-up-closed': () => ({
    title: NO_ACCOUNT,
    detail: 'Only administrators can create accounts here. Ask one of them.',
  }),
  'invitation-needed': () => ({
    title: NO_ACCOUNT,
    detail: 'Ask somebody who owns a workspace here for an invitation, and open its link.',
  }),
  'invitation-over': () => ({
    title: 'This invitation is no longer valid',
    detail: 'It was used, withdrawn, or has expired. Ask for a new one.',
  }),
  'email-domain-not-allowed': () => ({
    title: NO_ACCOUNT,
    detail: 'Only e-mail addresses of certain domains may sign in here, and yours is not one of them.',
  }),
  'email-not-verified': (provider) => ({
    title: 'Your e-mail address is not verified',
    detail: `Verify it at ${provider}, then sign in again.`,
  }),
  'setup-first': () => ({
    title: 'This server is not set up yet',
    detail: 'Create the first administrator here, with the one-time code from its log.',
  }),
  'identity-taken': (provider) => ({
    title: `That ${provider} account is linked to another account here`,
    detail: 'Nothing was changed. Unlink it there first, or link another one.',
  }),
  'session-ended': () => ({
    title: 'You were signed out in the meantime',
    detail: 'Nothing was changed. Sign in and start again.',
  }),
  'too-many-attempts': () => ({
    title: 'Too many attempts',
    detail: 'Wait five minutes, then try again.',
  }),
};

/** The words for a code; a code that this page does not know yet has some too. */
export function saidOf(code: string, provider: string): Said {
  const words = Object.hasOwn(WORDS, code) ? WORDS[code] : undefined;
  return (
    words?.(provider) ?? {
      title: 'Signing in did not work',
      detail: 'Nothing was changed. Start again, or sign in another way.',
    }
  );
}

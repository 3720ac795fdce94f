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
    title: `${provider} answered something that cannot be believed`,
    detail: 'Nobody was signed in. Try again; if it stays so, tell whoever runs this hub.',
  }),
  'provider-refused': (provider) => ({
    title: `${provider} refused`,
    detail: 'Begin again; if it stays so, tell whoever runs this hub.',
  }),
  'provider-denied': (provider) => ({
    title: `You did not let ${provider} say who you are`,
    detail: 'Nothing was changed. Begin again, or sign in another way.',
  }),
  'unknown-provider': () => ({
    title: 'This hub does not know that provider',
    detail: 'Sign in another way.',
  }),
  'sign-in-not-pending': () => ({
    title: 'That sign-in is over',
    detail:
      'It took longer than ten minutes, was finished already, or began in another browser. Begin again.',
  }),
  'sign-up-closed': () => ({
    title: NO_ACCOUNT,
    detail: 'Only an administrator of this hub makes accounts. Ask one.',
  }),
  'invitation-needed': () => ({
    title: NO_ACCOUNT,
    detail: 'Ask somebody who owns a workspace here for an invitation, and open its link.',
  }),
  'invitation-over': () => ({
    title: 'The invitation is over',
    detail: 'It was used, taken back, or is too old. Ask for another one.',
  }),
  'email-domain-not-allowed': () => ({
    title: NO_ACCOUNT,
    detail: 'This hub is for e-mail addresses of certain domains, and yours is not one of them.',
  }),
  'email-not-verified': (provider) => ({
    title: 'Your e-mail address is not verified',
    detail: `Verify it at ${provider}, then sign in again.`,
  }),
  'setup-first': () => ({
    title: 'This hub is new',
    detail: 'Its first administrator is made here, with the code that it printed.',
  }),
  'identity-taken': (provider) => ({
    title: `That ${provider} account opens another account of this hub`,
    detail: 'Nothing was changed. Unlink it there first, or link another one.',
  }),
  'session-ended': () => ({
    title: 'You were signed out meanwhile',
    detail: 'Nothing was changed. Sign in and begin again.',
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
      detail: 'Nothing was changed. Begin again, or sign in another way.',
    }
  );
}

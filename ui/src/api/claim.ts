// The claim cookie lives for five minutes; this keeps it fresh while somebody looks at the page.

const RENEW_EVERY_MS = 4 * 60_000; // a minute before the claim's five are over

const RENEW_WITHIN_MS = 10_000; // every request that needs a fresh claim waits for this one

let underway: Promise<boolean> | null = null;
let renewedAt = Date.now();
let whenSignedOut: () => void = () => {};

/** One renewal for however many callers ask at the same time; false when the session has ended. */
export function renewClaim(): Promise<boolean> {
  underway ??= renew().finally(() => {
    underway = null;
  });
  return underway;
}

/** What to do when the session has ended for good: the router leads to the sign-in page. */
export function onSignedOut(listener: () => void): void {
  whenSignedOut = listener;
}

/** Called after signing in, so that the clock of the new claim is known. */
export function claimIsFresh(): void {
  renewedAt = Date.now();
}

/** Renews before the claim ends, but only while the page can be seen; answers the way to stop. */
export function keepClaimFresh(): () => void {
  const look = () => {
    if (document.visibilityState === 'visible' && Date.now() - renewedAt >= RENEW_EVERY_MS) void renewClaim();
  };
  const timer = setInterval(look, 15_000);
  document.addEventListener('visibilitychange', look);
  return () => {
    clearInterval(timer);
    document.removeEventListener('visibilitychange', look);
  };
}

async function renew(): Promise<boolean> {
  try {
    const answer = await fetch(`${location.origin}/api/v1/auth/renew`, {
      method: 'POST',
      credentials: 'same-origin',
      signal: AbortSignal.timeout(RENEW_WITHIN_MS),
    });
    if (answer.ok) renewedAt = Date.now();
    if (answer.status === 401) whenSignedOut();
    return answer.ok;
  } catch {
    return false; // unreachable is not signed out: the request itself will say so
  }
}

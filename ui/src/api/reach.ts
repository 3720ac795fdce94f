const LOOK_AGAIN_MS = 1_500;

/** Whether the hub answers at all, whatever it says. */
export async function answers(): Promise<boolean> {
  return (await statusOf('/livez')) !== 0;
}

/** The status that the hub answers there, without reading on; 0 when it does not answer. */
export async function statusOf(path: string): Promise<number> {
  const enough = new AbortController();
  try {
    const answer = await fetch(`${location.origin}${path}`, { cache: 'no-store', signal: enough.signal });
    return answer.status;
  } catch {
    return 0;
  } finally {
    enough.abort();
  }
}

/**
 * Loads a part of the page, and while the hub is away waits for it instead of failing.
 * A part that is missing from a hub that answers belongs to an older build: that fails, and the page is loaded anew.
 */
export async function whenReachable<T>(load: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await load();
    } catch (cause) {
      if (await answers()) throw cause;
      do await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
      while (!(await answers()));
      fetchStylesAgain();
    }
  }
}

/** A style sheet that did not come is never asked for again by the browser; a copy of its link is. */
function fetchStylesAgain(): void {
  for (const link of document.querySelectorAll<HTMLLinkElement>('link[rel="stylesheet"]')) {
    if (!came(link)) link.replaceWith(link.cloneNode());
  }
}

function came(link: HTMLLinkElement): boolean {
  try {
    return (link.sheet?.cssRules.length ?? 0) > 0;
  } catch {
    return false; // an error page instead of a style sheet, which nobody may read
  }
}

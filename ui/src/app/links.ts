/** What the router has to offer for plain links to work: going somewhere, and getting ready for it. */
export interface Way {
  go: (href: string) => void;
  prepare: (href: string) => void;
}

/**
 * Lets every `<a href>` of our own pages move within the page, so that components need to know no router.
 * Downloads, new windows, other sites and the API are left to the browser.
 */
export function followLinks(root: Document, way: Way): () => void {
  const click = (event: MouseEvent) => {
    const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    const href = plain && !event.defaultPrevented ? localHref(event.target) : null;
    if (href === null) return;
    event.preventDefault();
    way.go(href);
  };
  const near = (event: globalThis.Event) => {
    const href = localHref(event.target);
    if (href !== null) way.prepare(href);
  };
  root.addEventListener('click', click);
  root.addEventListener('pointerover', near, { passive: true });
  root.addEventListener('focusin', near);
  return () => {
    root.removeEventListener('click', click);
    root.removeEventListener('pointerover', near);
    root.removeEventListener('focusin', near);
  };
}

function localHref(target: EventTarget | null): string | null {
  const anchor = target instanceof Element ? target.closest('a[href]') : null;
  if (!(anchor instanceof HTMLAnchorElement)) return null;
  if (anchor.target || anchor.hasAttribute('download') || anchor.getAttribute('href')?.startsWith('#'))
    return null;
  const url = new URL(anchor.href, location.href);
  if (url.origin !== location.origin || /^\/(api|docs|assets|\.well-known)(\/|$)/.test(url.pathname))
    return null;
  return url.pathname + url.search + url.hash;
}

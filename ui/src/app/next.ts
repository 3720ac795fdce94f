/** Where to go after signing in: only a path of our own, never another site, never back to signing in. */
export function checkedNext(next: unknown, origin: string = location.origin): string {
  if (typeof next !== 'string' || !next.startsWith('/')) return '/';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: browsers strip these, which would turn "/\t/x" into "//x"
  if (/[\\\u0000-\u001f\u007f]/.test(next) || next.startsWith('//')) return '/';
  let url: URL;
  try {
    url = new URL(next, origin);
  } catch {
    return '/';
  }
  const ours = url.origin === origin && !/^\/(sign-in|api|internal)(\/|$)/.test(url.pathname);
  return ours && !url.pathname.startsWith('//') ? url.pathname + url.search + url.hash : '/';
}

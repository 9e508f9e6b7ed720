/** Where to go after the login: a page of this console and nowhere else. */
export function wayBack(asked: string | null): string {
  if (asked === null || !asked.startsWith('/')) return '/';
  try {
    const here = 'http://console.invalid';
    const url = new URL(asked, here);
    if (url.origin !== here || url.pathname.startsWith('/login')) return '/';
    return url.pathname + url.search + url.hash;
  } catch {
    return '/';
  }
}

/** The calls of this page as commands, with the address that the browser itself used. Pure. */

const KEY = 'Authorization: Bearer $SHARP_KEY';

/** POST /detect; what is empty is left out. */
export function detectCall(origin: string, algorithm: string, zone: string): string {
  const query = new URLSearchParams();
  if (algorithm !== '') query.set('algorithm', algorithm);
  if (zone !== '') query.set('zone', zone);
  const asked = query.size > 0 ? `?${query.toString()}` : '';
  return [
    `curl '${origin}/api/v1/detect${asked}' \\`,
    `  -H "${KEY}" \\`,
    "  -H 'Content-Type: image/jpeg' --data-binary @picture.jpg",
  ].join('\n');
}

export function streamCall(origin: string): string {
  return `curl -N '${origin}/api/v1/events/stream' -H "${KEY}"`;
}

export function replayCall(origin: string, after: number): string {
  return `curl '${origin}/api/v1/events?after=${String(after)}&limit=100' -H "${KEY}"`;
}

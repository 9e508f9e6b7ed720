/** Whether a key still opens something. Pure. */
import type { Schemas } from '~/api/client';
import { parseTime } from '~/parts/time';

export function endOf(key: Pick<Schemas['ApiKey'], 'revoked_at' | 'expires_at'>, now: number): 'active' | 'expired' | 'revoked' {
  if (key.revoked_at !== null) return 'revoked';
  const end = parseTime(key.expires_at);
  return end !== null && end <= now ? 'expired' : 'active';
}

/** Which other incidents one may repeat, the likeliest first. */

import type { Box, Summary } from './types';

/** Returns the candidates: those at the same spot first, then the newest. */
export function candidates(incident: Summary, others: readonly Summary[], most: number): Summary[] {
  return others
    .filter((one) => one.id !== incident.id && one.state !== 'duplicate')
    .map((one) => ({ one, near: overlap(one.box, incident.box) > 0 && one.camera.id === incident.camera.id }))
    .sort((a, b) => Number(b.near) - Number(a.near) || distance(a.one, incident) - distance(b.one, incident))
    .slice(0, most)
    .map(({ one }) => one);
}

/** Returns the intersection over union of two boxes. */
export function overlap(a: Box, b: Box): number {
  const width = Math.max(0, Math.min(a[2], b[2]) - Math.max(a[0], b[0]));
  const height = Math.max(0, Math.min(a[3], b[3]) - Math.max(a[1], b[1]));
  const both = width * height;
  const union = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - both;
  return union > 0 ? both / union : 0;
}

function distance(one: Summary, incident: Summary): number {
  return Math.abs(Date.parse(one.opened_at) - Date.parse(incident.opened_at));
}

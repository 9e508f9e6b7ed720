/** Which of the evidence to show as what. */

import type { Box, Evidence, Incident } from './types';

export interface Pictures {
  /** When it began. */
  start: Evidence | null;
  /** When it was raised: the whole view, with the box burnt in, and what it is about. */
  wide: Evidence | null;
  annotated: Evidence | null;
  closeUp: Evidence | null;
  /** The newest sighting, or what was seen once it had gone. */
  latest: Evidence | null;
  clip: Evidence | null;
}

/** Returns the pictures of the newest episode: an incident that came back has several of each. */
export function pictures(evidence: readonly Evidence[]): Pictures {
  const wide = last(evidence, ['wide']);
  const since = at(wide);
  const starts = evidence.filter((one) => one.role === 'start' && at(one) <= since);
  return {
    start: last(starts, ['start']),
    wide,
    annotated: last(evidence, ['annotated']),
    closeUp: last(evidence, ['close_up']),
    latest: last(
      evidence.filter((one) => at(one) > since || wide === null),
      ['now', 'after'],
    ),
    // One that is still being recorded has no time yet: what came last in the list is newest.
    clip: evidence.filter((one) => one.role === 'clip').at(-1) ?? null,
  };
}

/** Returns the pictures between which a comparison says most: the first and the newest. */
export function compared(found: Pictures): [Evidence, Evidence] | null {
  const before = found.start ?? found.wide;
  const now = found.latest ?? (found.start === null ? null : found.wide);
  if (before?.state !== 'attached' || now?.state !== 'attached' || before === now) return null;
  return [before, now];
}

export interface Shown {
  evidence: Evidence;
  /** Where to draw the box over the picture, null where that is not known or burnt in. */
  box: Box | null;
}

/**
 * Returns what to show of the whole view, with or without the box.
 *
 * The incident's box is that of the newest sighting; once there was one, only the annotated
 * picture says where the box was when it was raised.
 */
export function wideView(incident: Incident, found: Pictures, boxed: boolean): Shown | null {
  if (found.wide === null) return null;
  const moved = incident.merged > 0 || incident.reopened > 0;
  if (boxed && moved && found.annotated?.state === 'attached') {
    return { evidence: found.annotated, box: null };
  }
  return { evidence: found.wide, box: boxed ? incident.box : null };
}

/** Returns the zone's outlines as they were when it was raised. */
export function zonesOf(incident: Incident): { name: string; points: [number, number][] }[] {
  const drawn: unknown = incident.made_by.zone.zones;
  if (!Array.isArray(drawn)) return [];
  return (drawn as unknown[]).filter(isZone).map(({ name, points }) => ({ name, points }));
}

function isZone(one: unknown): one is { name: string; points: [number, number][]; kind: string } {
  if (one === null || typeof one !== 'object') return false;
  const zone = one as Record<string, unknown>;
  return zone.kind === 'include' && typeof zone.name === 'string' && Array.isArray(zone.points);
}

function last(evidence: readonly Evidence[], roles: readonly string[]): Evidence | null {
  let found: Evidence | null = null;
  for (const one of evidence) {
    if (roles.includes(one.role) && (found === null || at(one) >= at(found))) found = one;
  }
  return found;
}

function at(one: Evidence | null): number {
  return one?.captured_at ? Date.parse(one.captured_at) : 0;
}

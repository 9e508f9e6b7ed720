/** How news gets into a list that somebody is reading, without moving what is read. */

import type { Summary } from '../incident/types';

export interface Listed {
  /** What is shown, newest first. */
  shown: readonly Summary[];
  /** What arrived and waits behind the 'N new' mark, newest first. */
  fresh: readonly Summary[];
}

export const NOTHING: Listed = { shown: [], fresh: [] };

/** How the list is being read. */
export interface Reading {
  /** The id that must not vanish or move, '' for none. */
  kept: string;
  /** Whether arrivals go behind the mark: the list is scrolled, or something is being judged. */
  held: boolean;
  fits: (one: Summary) => boolean;
  /** How the server orders them; newest first where nobody says otherwise. */
  order?: Order;
}

/** Below zero: the first stands above. */
export type Order = (a: Summary, b: Summary) => number;

/** Takes in what one incident is now. */
export function merge(list: Listed, news: readonly Summary[], reading: Reading): Listed {
  let { shown, fresh } = list;
  const order = reading.order ?? compare;
  for (const one of news) {
    const known = find(shown, one.id) ?? find(fresh, one.id);
    if (known !== undefined && isOlder(one, known)) continue;
    if (has(shown, one.id)) {
      const stays = reading.fits(one) || one.id === reading.kept;
      const moves = stays && known !== undefined && one.id !== reading.kept && !reading.held && order(known, one) !== 0;
      shown = moves ? inserted(without(shown, one.id), one, order) : stays ? replaced(shown, one) : without(shown, one.id);
    } else if (!reading.fits(one)) {
      fresh = without(fresh, one.id);
    } else if (has(fresh, one.id)) {
      fresh = replaced(fresh, one);
    } else if (reading.held && one.id !== reading.kept && isAbove(one, shown, order)) {
      fresh = inserted(fresh, one, order);
    } else {
      shown = inserted(shown, one, order);
    }
  }
  return shown === list.shown && fresh === list.fresh ? list : { shown, fresh };
}

/** Shows what waited behind the mark. */
export function revealed(list: Listed, order: Order = compare): Listed {
  if (list.fresh.length === 0) return list;
  return { shown: list.fresh.reduce((shown, one) => inserted(shown, one, order), list.shown), fresh: [] };
}

/**
 * Takes in the pages as the server gives them now.
 *
 * Within what they cover the server is right; what it no longer names has left the list. Beyond the
 * last page nothing is known, so nothing is dropped there.
 */
export function paged(list: Listed, pages: readonly Summary[], complete: boolean, reading: Reading): Listed {
  const named = new Set(pages.map((one) => one.id));
  const end = pages.at(-1);
  const covered = (one: Summary) => complete || (end !== undefined && (reading.order ?? compare)(one, end) <= 0);
  const kept = (one: Summary) => named.has(one.id) || one.id === reading.kept || !covered(one);
  const before: Listed = {
    shown: list.shown.filter(kept),
    fresh: list.fresh.filter(kept),
  };
  // The first answer is no arrival.
  const first = list.shown.length === 0 && list.fresh.length === 0;
  return merge(before, pages, { ...reading, held: reading.held && !first, fits: () => true });
}

/** Returns the neighbour to go to from an id: `by` 1 is the next one down. */
export function neighbour(shown: readonly Summary[], id: string, by: 1 | -1): string {
  const index = shown.findIndex((one) => one.id === id);
  if (index < 0) return shown[0]?.id ?? '';
  return shown[index + by]?.id ?? id;
}

/** Returns what to judge after a decision: the next one down that still waits, else one above. */
export function following(shown: readonly Summary[], id: string, waits: (one: Summary) => boolean): string {
  const index = shown.findIndex((one) => one.id === id);
  const below = shown.slice(index + 1).find(waits);
  const above = shown.slice(0, Math.max(0, index)).reverse().find(waits);
  return (below ?? above)?.id ?? '';
}

/** Orders as the server does: newest first, equal times by id. */
export function compare(a: Summary, b: Summary): number {
  const apart = Date.parse(b.opened_at) - Date.parse(a.opened_at);
  return apart !== 0 ? apart : a.id < b.id ? 1 : a.id > b.id ? -1 : 0;
}

const RANKS = ['low', 'medium', 'high', 'urgent'];

/** Orders as the server does when asked for the graver first. */
export function graver(a: Summary, b: Summary): number {
  return RANKS.indexOf(b.severity) - RANKS.indexOf(a.severity) || compare(a, b);
}

/** Answers overtake each other: the version counts decisions, `updated_at` sightings. */
function isOlder(one: Summary, known: Summary): boolean {
  if (one.version !== known.version) return one.version < known.version;
  return Date.parse(one.updated_at) < Date.parse(known.updated_at);
}

function isAbove(one: Summary, shown: readonly Summary[], order: Order): boolean {
  const first = shown[0];
  return first !== undefined && order(one, first) < 0;
}

function inserted(list: readonly Summary[], one: Summary, order: Order): readonly Summary[] {
  const index = list.findIndex((other) => order(one, other) < 0);
  return index < 0 ? [...list, one] : [...list.slice(0, index), one, ...list.slice(index)];
}

function replaced(list: readonly Summary[], one: Summary): readonly Summary[] {
  return list.map((other) => (other.id === one.id ? one : other));
}

function without(list: readonly Summary[], id: string): readonly Summary[] {
  return has(list, id) ? list.filter((one) => one.id !== id) : list;
}

function find(list: readonly Summary[], id: string): Summary | undefined {
  return list.find((one) => one.id === id);
}

function has(list: readonly Summary[], id: string): boolean {
  return find(list, id) !== undefined;
}

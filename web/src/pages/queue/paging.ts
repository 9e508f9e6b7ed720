/** Pages of a list that grows at its head and is read from there on down. */

import type { Page, Summary } from '../incident/types';
import { compare, merge, NOTHING, paged, revealed, type Listed, type Order, type Reading } from './arrivals';

export interface Paged extends Listed {
  /** Where older ones begin, '' after the last. */
  tail: string;
  there: boolean;
}

export const BEGIN: Paged = { ...NOTHING, tail: '', there: false };

/** Takes in the first page as it is now. */
export function afterHead(before: Paged, page: Page, reading: Reading): Paged {
  const rows = page.incidents as readonly Summary[];
  const complete = page.next === '';
  const apart = before.there && !complete && !overlaps(before, rows);
  if (!before.there || apart) {
    // So much is new that the list no longer joins it: it begins again, what is read stays.
    const kept = before.shown.filter(
      (one) => one.id === reading.kept && !rows.some((row) => row.id === one.id),
    );
    return { shown: [...rows, ...kept].sort(reading.order ?? compare), fresh: [], tail: page.next, there: true };
  }
  return { ...before, ...paged(before, rows, complete, reading), tail: complete ? '' : before.tail };
}

/** Takes in a page of older ones. */
export function afterOlder(before: Paged, page: Page, fits: (one: Summary) => boolean, order?: Order): Paged {
  const list = merge(before, page.incidents as readonly Summary[], { kept: '', held: false, fits, order });
  return { ...before, ...list, tail: page.next };
}

/** Takes in what single incidents are now. */
export function afterNews(before: Paged, news: readonly Summary[], reading: Reading): Paged {
  // One that lies beyond what was fetched comes with its page.
  const last = before.shown.at(-1);
  const order = reading.order ?? compare;
  const near = news.filter(
    (one) => one.id === reading.kept || before.tail === '' || (last !== undefined && order(one, last) <= 0),
  );
  return { ...before, ...merge(before, near, reading) };
}

export function shownAll(before: Paged, order?: Order): Paged {
  return { ...before, ...revealed(before, order) };
}

function overlaps(before: Paged, rows: readonly Summary[]): boolean {
  const known = new Set([...before.shown, ...before.fresh].map((one) => one.id));
  return rows.some((row) => known.has(row.id));
}

import { describe, expect, it } from 'vitest';
import { listed } from '../incident/examples';
import type { Page, Summary } from '../incident/types';
import { following, graver, merge, neighbour, NOTHING, revealed, type Listed, type Reading } from './arrivals';
import { afterHead, afterNews, afterOlder, BEGIN } from './paging';

const reading = (more: Partial<Reading> = {}): Reading => ({
  kept: '',
  held: false,
  fits: ({ state }) => state === 'pending_review',
  ...more,
});
const ids = (rows: readonly Summary[]) => rows.map(({ id }) => id).join('');
const list = (...shown: Summary[]): Listed => ({ shown, fresh: [] });
const [a, b, c, d] = [listed('a', 1), listed('b', 2), listed('c', 3), listed('d', 4)];

describe('live arrival', () => {
  it('puts a new one where it belongs', () => {
    expect(ids(merge(list(c, a), [b, d], reading()).shown)).toBe('dcba');
  });
  it('puts it behind the mark while the list is being read, and shows it when asked', () => {
    const held = merge(list(b, a), [c, d], reading({ held: true }));
    expect([ids(held.shown), ids(held.fresh)]).toEqual(['ba', 'dc']);
    expect(ids(revealed(held).shown)).toBe('dcba');
    expect(revealed(held).fresh).toEqual([]);
  });
  it('shows one at once that is older than the first', () => {
    expect(ids(merge(list(c, a), [b], reading({ held: true })).shown)).toBe('cba');
  });
  it('changes a row in its place', () => {
    const seen = listed('a', 1, { merged: 3, updated_at: '2026-11-21T09:00:00.000Z' });
    const after = merge(list(b, a), [seen], reading({ held: true }));
    expect(ids(after.shown)).toBe('ba');
    expect(after.shown[1]?.merged).toBe(3);
  });
  it('lets go what no longer fits, but never what is being looked at', () => {
    const decided = listed('a', 1, { state: 'confirmed', version: 2 });
    expect(ids(merge(list(b, a), [decided], reading()).shown)).toBe('b');
    expect(ids(merge(list(b, a), [decided], reading({ kept: 'a' })).shown)).toBe('ba');
  });
  it('does not turn back to an older answer', () => {
    const now = listed('a', 1, { version: 3 });
    expect(merge(list(now), [listed('a', 1, { version: 2 })], reading()).shown[0]?.version).toBe(3);
  });
  it('shows one whose decision was undone at its place, also while the list is read', () => {
    expect(ids(merge(list(b, a), [c], reading({ held: true, kept: 'c' })).shown)).toBe('cba');
  });
  it('is the same list when nothing changed', () => {
    const before = list(b, a);
    expect(merge(before, [], reading())).toBe(before);
  });
});

describe('the gravest first', () => {
  const grave = reading({ order: graver });
  const urgent = listed('a', 1, { severity: 'urgent', updated_at: '2026-11-21T09:00:00.000Z' });
  it('puts a grave one above a newer one', () => {
    expect(ids(merge(list(c, b), [urgent], grave).shown)).toBe('acb');
    expect(ids([b, urgent, c].sort(graver))).toBe('acb');
  });
  it('moves one up that became graver, but not what is being looked at or while the list is read', () => {
    expect(ids(merge(list(c, b, a), [urgent], grave).shown)).toBe('acb');
    expect(ids(merge(list(c, b, a), [urgent], { ...grave, kept: 'a' }).shown)).toBe('cba');
    expect(ids(merge(list(c, b, a), [urgent], { ...grave, held: true }).shown)).toBe('cba');
  });
  it('does not move one in a list by time', () => {
    expect(ids(merge(list(c, b, a), [urgent], reading()).shown)).toBe('cba');
  });
});

describe('pages', () => {
  const page = (rows: Summary[], next = ''): Page => ({ incidents: rows, next, waiting: rows.length });
  const begun = (rows: Summary[], next = '') => afterHead(BEGIN, page(rows, next), reading({ held: true }));

  it('shows the first page at once', () => {
    expect(begun([b, a], 'x')).toMatchObject({ tail: 'x', there: true, fresh: [] });
    expect(ids(begun([b, a]).shown)).toBe('ba');
  });
  it('drops what the server no longer names within the page, and keeps what lies beyond', () => {
    const before = afterOlder(begun([d, c], 'x'), page([b, a]), reading().fits);
    expect(ids(before.shown)).toBe('dcba');
    expect(ids(afterHead(before, page([d, b], 'y'), reading()).shown)).toBe('dba');
    expect(ids(afterHead(before, page([d, c], 'y'), reading()).shown)).toBe('dcba');
  });
  it('keeps what is being looked at, although the server no longer names it', () => {
    expect(ids(afterHead(begun([d, c]), page([d]), reading({ kept: 'c' })).shown)).toBe('dc');
  });
  it('goes on from where it was after new ones came', () => {
    const before = begun([b, a], 'x');
    const after = afterHead(before, page([c, b], 'y'), reading());
    expect([ids(after.shown), after.tail]).toEqual(['cba', 'x']);
  });
  it('begins again when so much is new that a gap would open', () => {
    const after = afterHead(begun([b, a], 'x'), page([d, c], 'y'), reading());
    expect([ids(after.shown), after.tail]).toEqual(['dc', 'y']);
  });
  it('fills again after it was empty', () => {
    const after = afterHead(begun([]), page([b, a], 'y'), reading());
    expect([ids(after.shown), after.tail]).toEqual(['ba', 'y']);
  });
  it('leaves news of what was not fetched yet to its page', () => {
    expect(ids(afterNews(begun([d, c], 'x'), [a], reading()).shown)).toBe('dc');
    expect(ids(afterNews(begun([d, c]), [a], reading()).shown)).toBe('dca');
  });
});

describe('where to go', () => {
  it('stops at both ends', () => {
    expect(neighbour([c, b, a], 'b', 1)).toBe('a');
    expect(neighbour([c, b, a], 'a', 1)).toBe('a');
    expect(neighbour([c, b, a], 'gone', 1)).toBe('c');
    expect(neighbour(NOTHING.shown, 'a', 1)).toBe('');
  });
  it('goes on downwards after a decision, then upwards, past what is decided', () => {
    const waits = ({ id }: Summary) => id !== 'b';
    expect(following([c, b, a], 'c', waits)).toBe('a');
    expect(following([c, b, a], 'a', waits)).toBe('c');
    expect(following([b, a], 'a', waits)).toBe('');
  });
});

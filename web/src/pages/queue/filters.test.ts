import { describe, expect, it } from 'vitest';
import { listed } from '../incident/examples';
import {
  fits,
  fromAddress,
  isNarrowed,
  isWaiting,
  toAddress,
  toQuery,
  WAITING,
  type Filters,
} from './filters';

const read = (address: string) => fromAddress(new URLSearchParams(address));
const plain = read('');

describe('filters in the address', () => {
  it('ask for what waits when the address says nothing', () => {
    expect(plain.states).toEqual(WAITING);
    expect([isWaiting(plain), isNarrowed(plain)]).toEqual([true, false]);
  });
  it('survive a reload', () => {
    const asked: Filters = {
      states: ['confirmed'],
      kinds: ['fall', 'litter'],
      cameras: ['东门'],
      presence: 'here',
      from: '2026-11-21T00:00:00.000Z',
      before: '',
      order: 'gravest',
    };
    expect(read(toAddress(asked, new URLSearchParams()).toString())).toEqual(asked);
    expect(read(toAddress({ ...plain, states: [] }, new URLSearchParams()).toString()).states).toEqual([]);
  });
  it('write the default as nothing and leave the rest alone', () => {
    expect(toAddress(plain, new URLSearchParams('at=a&kind=fall')).toString()).toBe('at=a');
  });
  it('ignore what nobody can mean', () => {
    expect(read('presence=maybe&from=yesterday')).toMatchObject({ presence: '', from: '' });
  });
  it('judge a row as the server would', () => {
    const row = listed('a', 5);
    expect(fits(plain, row)).toBe(true);
    expect(fits(plain, { ...row, state: 'confirmed' })).toBe(false);
    expect(fits({ ...plain, states: [] }, { ...row, state: 'confirmed' })).toBe(true);
    expect(fits({ ...plain, kinds: ['fall'] }, row)).toBe(false);
    expect(fits({ ...plain, presence: 'gone' }, row)).toBe(false);
    expect(fits({ ...plain, from: row.opened_at }, row)).toBe(true);
    expect(fits({ ...plain, before: row.opened_at }, row)).toBe(false);
  });
  it('send only what was asked for', () => {
    expect(toQuery({ ...plain, states: [] })).toEqual({ state: [], kind: [], camera: [] });
  });
});

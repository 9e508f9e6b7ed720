import { expect, it } from 'vitest';
import { changed, isFiltered, progress, readFilter, readView, writeFilter } from './filter';

it('goes through the address unharmed', () => {
  const filter = { search: '人民路 & 3', states: ['refused', 'stalled'], blind: true, unit: '城管一中队', after: 'c-9' };
  const params = writeFilter(filter, 'wall');
  expect(readFilter(new URLSearchParams(params.toString()))).toEqual(filter);
  expect(readView(params)).toBe('wall');
});

it('is an empty address when nothing is chosen', () => {
  const nothing = readFilter(new URLSearchParams());
  expect(isFiltered(nothing)).toBe(false);
  expect(writeFilter(nothing, 'table').toString()).toBe('');
});

it('shows cards on a narrow screen, unless the table is asked for', () => {
  expect(readView(new URLSearchParams(), true)).toBe('wall');
  const asked = writeFilter(readFilter(new URLSearchParams()), 'table', true);
  expect(readView(asked, true)).toBe('table');
});

it('starts on the first page when it changes', () => {
  const second = { ...readFilter(new URLSearchParams()), after: 'c-9' };
  expect(changed(second, { blind: true }).after).toBe('');
  expect(changed(second, { after: 'c-20' }).after).toBe('c-20');
});

it('tells applied from being applied, and a worker that is away', () => {
  const camera = { applied: 7, enabled: true };
  expect(progress(camera, 7, false)).toBe('applied');
  expect(progress(camera, 8, false)).toBe('applying');
  expect(progress(camera, 8, true)).toBe('away');
  expect(progress(camera, 7, true)).toBe('away');
  expect(progress({ applied: null, enabled: true }, 8, false)).toBe('applying');
  expect(progress({ applied: null, enabled: false }, 8, false)).toBe('off');
  expect(progress(camera, null, false)).toBe('unknown');
});

import { expect, it } from 'vitest';
import { stretches, sums, type Interval } from './stretches';

const at = (hour: number): string => new Date(Date.UTC(2026, 10, 21, hour)).toISOString();
const ms = (hour: number): number => Date.UTC(2026, 10, 21, hour);
const watching = (from: number, to: number | null): Interval => ({
  watching: true, because: '', because_words: { zh: '', en: '' }, start: at(from), end: to === null ? null : at(to),
});
const blind = (from: number, to: number, because: string): Interval => ({
  watching: false, because, because_words: { zh: because, en: because }, start: at(from), end: at(to),
});

it('fills what nobody wrote with unknown, never with watching', () => {
  const bar = stretches([watching(2, 4), watching(6, null)], ms(0), ms(10));
  expect(bar.map((s) => [s.kind, (s.to - s.from) / 3_600_000])).toEqual([
    ['unknown', 2],
    ['watching', 2],
    ['unknown', 2],
    ['watching', 4],
  ]);
});

it('cuts what began before the window and ends after it', () => {
  const bar = stretches([watching(0, 20)], ms(5), ms(10));
  expect(bar).toMatchObject([{ kind: 'watching', from: ms(5), to: ms(10) }]);
  expect(bar).toHaveLength(1);
});

it('joins neighbours that say the same and tells a plan from a fault', () => {
  const bar = stretches(
    [blind(0, 1, 'view: moved'), blind(1, 3, 'view: moved'), blind(3, 4, 'outside its time plan')],
    ms(0),
    ms(4),
  );
  expect(bar.map((s) => s.kind)).toEqual(['blind', 'planned']);
  const found = sums(bar);
  expect(found.reasons).toEqual([{ words: { zh: 'view: moved', en: 'view: moved' }, ms: 3 * 3_600_000 }]);
  expect(found.planned).toBe(3_600_000);
});

it('is all unknown when nothing was heard', () => {
  expect(stretches([], ms(0), ms(1))).toMatchObject([{ kind: 'unknown', from: ms(0), to: ms(1) }]);
});

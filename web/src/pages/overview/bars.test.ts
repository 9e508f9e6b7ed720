import { describe, expect, it } from 'vitest';
import { barsOf, scaleOf } from './bars';

const NOW = Date.parse('2026-11-21T14:20:00Z');

describe('bars', () => {
  it('one an hour of a day, the present hour last', () => {
    const bars = barsOf([{ at: '2026-11-21T14:00:00Z', opened: { fall: 2, litter: 1 } }], 24, NOW);
    expect(bars).toHaveLength(24);
    expect(bars[23]).toMatchObject({ total: 3, opened: { fall: 2, litter: 1 } });
    expect(bars[22]?.total).toBe(0);
  });

  it('gathers hours of a long period and loses none', () => {
    const hours = Array.from({ length: 168 }, (_, i) => ({
      at: new Date(Date.parse('2026-11-21T14:00:00Z') - i * 3_600_000).toISOString(),
      opened: { fall: 1 },
    }));
    const bars = barsOf(hours, 168, NOW);
    expect(bars.length).toBeLessThanOrEqual(60);
    expect(bars.reduce((sum, { total }) => sum + total, 0)).toBe(168);
  });

  it('leaves out what is before the period', () => {
    const bars = barsOf([{ at: '2026-11-01T00:00:00Z', opened: { fall: 1 } }], 24, NOW);
    expect(bars.every(({ total }) => total === 0)).toBe(true);
  });

  it('scales to a round number', () => {
    const high = (total: number) => [{ from: 0, to: 1, opened: {}, total }];
    expect([0, 1, 3, 7, 11, 60, 100].map((n) => scaleOf(high(n)))).toEqual([1, 1, 5, 10, 20, 100, 100]);
  });
});

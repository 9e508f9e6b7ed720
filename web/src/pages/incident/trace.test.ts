import { describe, expect, it } from 'vitest';
import { measured, trace } from './examples';
import type { Trace } from './types';
import { bands, line, marks, moving, nearest, needed, scaleOf, share, spanOf, told } from './trace';

describe('how an incident went', () => {
  it('runs from its beginning to its last picture', () => {
    const { from, to } = spanOf(trace([{ second: 3 }, { second: 10 }]));
    expect(to - from).toBe(10_000);
    const one = spanOf(trace([{ second: 0 }]));
    expect(one.to).toBeGreaterThan(one.from);
  });
  it('joins what was seen alike and tells where there were no pictures', () => {
    const seen = trace([
      { second: 0 },
      { second: 1 },
      { second: 2, sight: 'hidden' },
      { second: 3 },
      { second: 4 },
      { second: 5 },
      { second: 9 },
      { second: 10 },
    ]);
    expect(bands(seen)).toEqual([
      { sight: 'held', from: 0, to: 0.2 },
      { sight: 'hidden', from: 0.2, to: 0.3 },
      { sight: 'held', from: 0.3, to: 0.5 },
      { sight: 'none', from: 0.5, to: 0.9 },
      { sight: 'held', from: 0.9, to: 1 },
    ]);
  });
  it('breaks a line where nothing was measured, and shows one picture as a dot', () => {
    const seen = trace([
      { second: 0, value: 0 },
      { second: 5, value: null },
      { second: 10, value: 1 },
    ]);
    expect(line(seen, 0, 100, 10)).toBe('M0 10h0M100 0h0');
    expect(line(seen, 1, 100, 10)).toBe('');
  });
  it('keeps value and limit in sight', () => {
    const low = scaleOf(trace([{ second: 0, value: 0.02 }, { second: 1, value: 0.04 }]), 0);
    expect(low.from).toBe(0);
    expect(low.to).toBeGreaterThan(0.5);
    expect(low.to).toBeLessThanOrEqual(1);
    const flat = scaleOf(trace([{ second: 0, value: 0.5 }]), 0);
    expect(flat.to).toBeGreaterThan(flat.from);
  });
  it('tints the side of the limit that is needed', () => {
    const seen = trace([{ second: 0, value: 0 }, { second: 1, value: 1 }]);
    expect(needed(seen, 0)).toEqual({ top: 0, height: 0.5, limit: 0.5 });
    seen.series = [measured({ above: false })];
    expect(needed(seen, 0)).toEqual({ top: 0.5, height: 0.5, limit: 0.5 });
  });
  it('marks what happened, words beside each other', () => {
    const seen = { ...trace([{ second: 0 }, { second: 100 }]) };
    const at = (second: number) => new Date(Date.parse(seen.began_at) + second * 1000).toISOString();
    seen.evidence_at = at(3);
    seen.raised_at = at(60);
    const found = marks(seen, [at(62), at(400)], at(100));
    expect(found.map(({ what, lane }) => [what, lane])).toEqual([
      ['began', 0],
      ['evidence', 1],
      ['raised', 0],
      ['risen', 1],
      ['cleared', 0],
    ]);
  });
  it('finds the picture that is pointed at', () => {
    const seen = trace([{ second: 0 }, { second: 2 }, { second: 10 }]);
    expect([0, 0.15, 0.5, 0.9].map((x) => nearest(seen, x))).toEqual([0, 1, 1, 2]);
    expect(share({ from: 0, to: 10 }, 20)).toBe(1);
  });
});

describe('a value', () => {
  it('has the unit that a person reads', () => {
    expect(told(measured({ percent: true }), 0.345, 'zh')).toBe('35 %');
    const s = measured({ percent: false, unit: { zh: '秒', en: 's' } });
    expect([told(s, 4.26, 'en'), told(s, 185, 'en'), told(s, 185, 'zh')]).toEqual(['4.3 s', '3 min 5 s', '3 分 5 秒']);
    const heights = measured({ percent: false, unit: { zh: '身高', en: 'body heights' } });
    expect(told(heights, 1.2345, 'zh')).toBe('1.23 身高');
    expect(told(measured({ percent: false }), 12, 'en')).toBe('12');
  });
});

describe('rows of a long chart', () => {
  const rows = (...courses: number[][]): Trace => {
    const one = trace(courses[0]?.map((value, second) => ({ second, value })) ?? []);
    const series = courses.map((_, row) => measured({ name: `row-${String(row)}`, limit: 0.5 }));
    return { ...one, series, samples: one.samples.map((sample, i) => ({ ...sample, values: courses.map((course) => course[i] ?? null) })) };
  };
  const still = [0.9, 0.9, 0.91];
  it('are those that move or cross their limit', () => {
    expect(moving(rows(still, still, [0.1, 0.5, 0.9], still, [0.49, 0.5, 0.51]))).toEqual([2, 4]);
  });
  it('are all where they are few, and never none', () => {
    expect(moving(rows(still, still))).toEqual([0, 1]);
    expect(moving(rows(still, still, still, still, still))).toEqual([0, 1, 2, 3]);
  });
});

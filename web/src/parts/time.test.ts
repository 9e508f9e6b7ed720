import { describe, expect, it } from 'vitest';
import { absolute, duration, parseTime, relative, shortTime } from './time';

const NOW = new Date(2026, 10, 21, 14, 2, 0).getTime();

describe('parseTime', () => {
  it('gives null for what is no time', () => {
    for (const none of [null, undefined, '', 'soon', Number.NaN]) expect(parseTime(none)).toBeNull();
    expect(parseTime('2026-11-21T06:02:00.000Z')).toBe(Date.UTC(2026, 10, 21, 6, 2));
  });
});

describe('relative', () => {
  it('speaks both languages', () => {
    expect(relative(NOW - 3 * 60_000, NOW, 'en')).toMatch(/^3 min/);
    expect(relative(NOW - 3 * 60_000, NOW, 'zh')).toBe('3分钟前');
    expect(relative(NOW - 26 * 3_600_000, NOW, 'en')).toBe('1 day ago');
  });

  it('does not put the present into the future when two clocks differ by seconds', () => {
    expect(relative(NOW + 30_000, NOW, 'en')).toBe('just now');
    expect(relative(NOW + 120_000, NOW, 'en')).toMatch(/^in 2 min/);
  });
});

describe('clock times', () => {
  it('name the day only when it is another one', () => {
    expect(shortTime(NOW - 3_600_000, NOW, 'en')).toBe('13:02');
    expect(shortTime(NOW - 24 * 3_600_000, NOW, 'zh')).toContain('14:02');
    expect(shortTime(NOW - 24 * 3_600_000, NOW, 'zh')).toContain('20');
  });

  it('name the year only when it is another one', () => {
    expect(shortTime(NOW + 365 * 86_400_000, NOW, 'zh')).toContain('2027年');
    expect(shortTime(NOW - 86_400_000, NOW, 'en')).not.toContain('2026');
  });

  it('write midnight as 00', () => {
    expect(absolute(new Date(2026, 10, 21, 9, 5).getTime(), 'zh')).toMatch(/^2026-11-21 09:05:00 /);
    expect(absolute(new Date(2026, 10, 21).getTime(), 'en')).toContain('00:00:00');
  });
});

describe('duration', () => {
  it('gives the two biggest units', () => {
    expect(duration(0, 'en')).toBe('0 s');
    expect(duration(45.4, 'en')).toBe('45 s');
    expect(duration(3725, 'en')).toBe('1 h 2 min');
    expect(duration(86_400, 'zh')).toBe('1 天');
    expect(duration(90, 'zh')).toBe('1 分 30 秒');
  });
});

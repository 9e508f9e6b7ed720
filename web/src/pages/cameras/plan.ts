/** Hours of a week: periods as the service takes them, and as bars of seven days. Pure. */

export interface Period {
  /** 0 is Monday. */
  days: number[];
  start: string;
  end: string;
}

/** What the service leaves out of a period is all days, from midnight to midnight. */
export function periodsOf(given: readonly Partial<Period>[] | undefined): Period[] {
  return (given ?? []).map(({ days = ALL_DAYS, start = '00:00:00', end = '23:59:59' }) => ({ days, start, end }));
}

export const ALL_DAYS = [0, 1, 2, 3, 4, 5, 6];
export const WORKDAYS = [0, 1, 2, 3, 4];
const DAY = 24 * 60;

/** Minutes since midnight of 'HH:MM' or 'HH:MM:SS'; the last second of a day is its end. */
export function minutes(time: string): number {
  const [hours = 0, mins = 0, seconds = 0] = time.split(':').map(Number);
  return hours * 60 + mins + (seconds > 0 ? 1 : 0);
}

/** 'HH:MM' for a field of a form; the end of the day is 00:00 there. */
export function forField(time: string): string {
  const m = minutes(time) % DAY;
  return `${String(Math.floor(m / 60)).padStart(2, '0')}:${String(m % 60).padStart(2, '0')}`;
}

export const startOf = (field: string): string => `${field}:00`;

/** An end is included by the service; midnight means the end of the day, not its beginning. */
export const endOf = (field: string): string => (field === '00:00' ? '23:59:59' : `${field}:00`);

export interface Bar {
  from: number;
  to: number;
}

/** For each day from Monday the minutes that are open, joined and in order. */
export function week(periods: readonly Period[]): Bar[][] {
  const days: Bar[][] = ALL_DAYS.map(() => []);
  const open = (day: number, from: number, to: number): void => {
    if (to > from) days[day % 7]?.push({ from, to });
  };
  for (const { days: on, start, end } of periods) {
    const from = minutes(start);
    const to = minutes(end);
    for (const day of on) {
      if (from <= to) open(day, from, to);
      else {
        open(day, from, DAY);
        open(day + 1, 0, to);
      }
    }
  }
  return days.map(joined);
}

function joined(bars: Bar[]): Bar[] {
  const all: Bar[] = [];
  for (const bar of [...bars].sort((a, b) => a.from - b.from)) {
    const last = all.at(-1);
    if (last && bar.from <= last.to) last.to = Math.max(last.to, bar.to);
    else all.push({ ...bar });
  }
  return all;
}

/** Hours a week that are open. An empty plan is always open. */
export function openHours(periods: readonly Period[]): number {
  if (periods.length === 0) return 168;
  const open = week(periods).flat().reduce((sum, { from, to }) => sum + to - from, 0);
  return Math.round(open / 6) / 10;
}

/** Why a period cannot be sent; null when it can. */
export function wrongPeriod({ days, start, end }: Period): 'noDays' | 'noTime' | 'empty' | null {
  if (days.length === 0) return 'noDays';
  if (!/^\d\d:\d\d/.test(start) || !/^\d\d:\d\d/.test(end)) return 'noTime';
  return minutes(start) === minutes(end) ? 'empty' : null;
}

/** Hours gathered into bars. Pure. */
import type { Schemas } from '~/api/client';

type HourCount = Schemas['HourCount'];

export interface Bar {
  /** Beginning and end, ms since 1970. */
  from: number;
  to: number;
  /** Kind to how many were raised. */
  opened: Record<string, number>;
  total: number;
}

const HOUR_MS = 3_600_000;
const MOST_BARS = 60;

/** At most 60 bars over `hours` until `now`; hours without anything are bars of nothing. */
export function barsOf(byHour: readonly HourCount[], hours: number, now: number): Bar[] {
  const size = Math.ceil(hours / MOST_BARS) * HOUR_MS;
  const end = Math.floor(now / HOUR_MS) * HOUR_MS + HOUR_MS;
  const count = Math.ceil((hours * HOUR_MS) / size);
  const start = end - count * size;
  const bars: Bar[] = Array.from({ length: count }, (_, i) => ({
    from: start + i * size,
    to: start + (i + 1) * size,
    opened: {},
    total: 0,
  }));
  for (const { at, opened } of byHour) {
    const bar = bars[Math.floor((Date.parse(at) - start) / size)];
    if (bar === undefined) continue;
    for (const [kind, n] of Object.entries(opened)) {
      bar.opened[kind] = (bar.opened[kind] ?? 0) + n;
      bar.total += n;
    }
  }
  return bars;
}

/** A round number at or above the highest bar: 1, 2, 5, 10, 20, 50 … */
export function scaleOf(bars: readonly Bar[]): number {
  const highest = Math.max(1, ...bars.map(({ total }) => total));
  const power = 10 ** Math.floor(Math.log10(highest));
  const step = [1, 2, 5, 10].find((factor) => factor * power >= highest) ?? 10;
  return step * power;
}

/** The picture of how an incident went, as numbers: scales, bands, lines, marks. Pure. */

import { duration } from '~/parts/time';
import type { Language } from '~/i18n/words';
import { percent } from './why';
import type { Measured, Trace } from './types';

export type Sight = Trace['samples'][number]['sight'];

/** A stretch of one sight, 'none' where there were no pictures; in shares of the width. */
export interface Band {
  sight: Sight | 'none';
  from: number;
  to: number;
}

export interface Mark {
  what: 'began' | 'evidence' | 'raised' | 'risen' | 'cleared';
  at: number;
  /** Share of the width. */
  x: number;
  /** The line of words it stands in, so that no two lie on each other. */
  lane: number;
}

export interface Scale {
  from: number;
  to: number;
}

/** So much longer than usual, and a stretch had no pictures. */
const GAP = 3;
const WORDS_WIDE = 0.2;
/** Units that say nothing to a reader. */
const BARE = new Set(['correlation', '0..1']);

export function times(trace: Trace): number[] {
  return trace.samples.map(({ at }) => Date.parse(at));
}

/** The times that are shown: from its beginning to its last picture. */
export function spanOf(trace: Trace): Scale {
  const all = [Date.parse(trace.began_at), ...times(trace)];
  const [from, to] = [Math.min(...all), Math.max(...all)];
  return { from, to: to > from ? to : from + 1000 };
}

/** Where a value lies on a scale, 0 to 1. */
export function share(scale: Scale, value: number): number {
  return Math.min(1, Math.max(0, (value - scale.from) / (scale.to - scale.from)));
}

/** What was seen when: each picture speaks until the next one, if that is not far. */
export function bands(trace: Trace): Band[] {
  const at = times(trace);
  const span = spanOf(trace);
  const usual = GAP * Math.max(median(at.slice(1).map((one, i) => one - (at[i] ?? one))), trace.every_s * 1000);
  const found: Band[] = [];
  const add = (sight: Band['sight'], from: number, to: number): void => {
    const last = found.at(-1);
    if (last?.sight === sight) last.to = to;
    else if (to > from) found.push({ sight, from, to });
  };
  trace.samples.forEach(({ sight }, i) => {
    const from = share(span, at[i] ?? 0);
    const to = share(span, at[i + 1] ?? at[i] ?? 0);
    add((at[i + 1] ?? 0) - (at[i] ?? 0) > usual ? 'none' : sight, from, to);
  });
  return found;
}

/** The values that a row shows: all of them and the limit, with air, from 0 where that is near. */
export function scaleOf(trace: Trace, row: number): Scale {
  const measured = trace.series[row];
  const values = trace.samples.map(({ values: all }) => all[row]).filter((one) => one !== null && one !== undefined);
  const all = [...values, measured?.limit ?? 0];
  let [from, to] = [Math.min(...all), Math.max(...all)];
  if (from > 0 && from < 0.7 * to) from = 0;
  const air = (to - from) * 0.12 || Math.abs(to) * 0.2 || 1;
  from = from === 0 ? 0 : from - air;
  to = measured?.percent === true && to <= 1 ? Math.min(1, to + air) : to + air;
  return { from, to: to > from ? to : from + 1 };
}

/** Of the height: what moves less than this, and stays on one side of its limit, tells nothing by its course. */
const STEADY = 0.12;

/** The rows whose course is worth a line; all of them where few are, or where none moves. */
export function moving(trace: Trace, few = 4): number[] {
  const all = trace.series.map((_, row) => row);
  if (all.length <= few) return all;
  const found = all.filter((row) => !isSteady(trace, row));
  return found.length > 0 ? found : all.slice(0, few);
}

function isSteady(trace: Trace, row: number): boolean {
  const measured = trace.series[row];
  const values = trace.samples.map(({ values: one }) => one[row]).filter((one) => one !== null && one !== undefined);
  if (measured === undefined || values.length === 0) return true;
  const scale = scaleOf(trace, row);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const crosses = least < measured.limit !== most < measured.limit;
  return !crosses && share(scale, most) - share(scale, least) < STEADY;
}

/** The line of a row in a box of `width` and `height`; it breaks where nothing was measured. */
export function line(trace: Trace, row: number, width: number, height: number): string {
  const [span, scale, at] = [spanOf(trace), scaleOf(trace, row), times(trace)];
  let pen = 'M';
  let path = '';
  trace.samples.forEach(({ values }, i) => {
    const value = values[row];
    if (value === null || value === undefined) {
      pen = 'M';
      return;
    }
    const [x, y] = [share(span, at[i] ?? 0) * width, (1 - share(scale, value)) * height];
    // A stroke of no length shows a single picture as a dot.
    path += pen === 'M' ? `M${short(x)} ${short(y)}h0` : `L${short(x)} ${short(y)}`;
    pen = 'L';
  });
  return path;
}

/** The area on the side of the limit that the claim needs, as top and height, 0 to 1. */
export function needed(trace: Trace, row: number): { top: number; height: number; limit: number } {
  const measured = trace.series[row];
  const limit = 1 - share(scaleOf(trace, row), measured?.limit ?? 0);
  return measured?.above === false
    ? { top: limit, height: 1 - limit, limit }
    : { top: 0, height: limit, limit };
}

/** What happened when; words that would lie on each other stand in another line. */
export function marks(trace: Trace, risen: readonly string[], cleared: string | null): Mark[] {
  const span = spanOf(trace);
  const all: [Mark['what'], string | null | undefined][] = [
    ['began', trace.began_at],
    ['evidence', trace.evidence_at],
    ['raised', trace.raised_at],
    ...risen.map((at): [Mark['what'], string] => ['risen', at]),
    ['cleared', cleared],
  ];
  const found = all
    .filter((one): one is [Mark['what'], string] => typeof one[1] === 'string')
    .map(([what, at]) => ({ what, at: Date.parse(at) }))
    .filter(({ at }) => at >= span.from && at <= span.to)
    .sort((a, b) => a.at - b.at);
  const ends: number[] = [];
  return found.map(({ what, at }) => {
    const x = share(span, at);
    // Words lean to the inside at the edges.
    const begins = Math.min(Math.max(0, x - WORDS_WIDE / 2), 1 - WORDS_WIDE);
    const free = ends.findIndex((end) => end <= begins);
    const lane = free < 0 ? ends.length : free;
    ends[lane] = begins + WORDS_WIDE;
    return { what, at, x, lane };
  });
}

/** The picture nearest to a share of the width. */
export function nearest(trace: Trace, x: number): number {
  const span = spanOf(trace);
  const at = span.from + x * (span.to - span.from);
  const apart = times(trace).map((one) => Math.abs(one - at));
  return apart.indexOf(Math.min(...apart));
}

/** A value with its unit, as a person reads it. */
export function told(measured: Measured, value: number, language: Language): string {
  if (measured.percent) return percent(value);
  if (measured.unit?.en === 's') {
    if (value >= 60) return duration(value, language);
    const rounded = String(Math.round(value * 10) / 10);
    return `${rounded} ${measured.unit[language]}`;
  }
  const number = String(Number(value.toPrecision(3)));
  return measured.unit && !BARE.has(measured.unit.en) ? `${number} ${measured.unit[language]}` : number;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

function short(value: number): string {
  return String(Math.round(value * 100) / 100);
}

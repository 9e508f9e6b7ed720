/** When an algorithm looked, as stretches of a bar. Pure. */
import type { Text } from '~/i18n/words';

export interface Interval {
  watching: boolean;
  /** For programs. */
  because: string;
  because_words: Text;
  start: string;
  end: string | null;
}

export interface Stretch {
  /** 'unknown': nothing was written, the worker did not run or the task did not exist. */
  kind: 'watching' | 'blind' | 'planned' | 'unknown';
  because: string;
  words: Text | null;
  from: number;
  to: number;
}

/** The window from start to end without holes; neighbours that say the same are one. */
export function stretches(intervals: readonly Interval[], from: number, to: number): Stretch[] {
  const all: Stretch[] = [];
  const push = (stretch: Stretch): void => {
    if (stretch.to <= stretch.from) return;
    const last = all.at(-1);
    if (last && last.kind === stretch.kind && last.because === stretch.because) last.to = stretch.to;
    else all.push(stretch);
  };
  let at = from;
  for (const one of [...intervals].sort((a, b) => Date.parse(a.start) - Date.parse(b.start))) {
    const start = Math.min(to, Math.max(at, Date.parse(one.start)));
    const end = Math.min(to, one.end === null ? to : Date.parse(one.end));
    if (end <= start) continue;
    push({ kind: 'unknown', because: '', words: null, from: at, to: start });
    push({ kind: kindOf(one), because: one.because, words: one.because_words, from: start, to: end });
    at = end;
  }
  push({ kind: 'unknown', because: '', words: null, from: at, to });
  return all;
}

/** Reasons that nobody has to mend: it is not wanted now. */
const PLANNED = ['outside its time plan', 'switched off'];

export const isPlanned = (because: string): boolean =>
  PLANNED.includes(because) || because.startsWith('camera: The camera is switched off');

function kindOf({ watching, because }: Interval): Stretch['kind'] {
  if (watching) return 'watching';
  return isPlanned(because) ? 'planned' : 'blind';
}

/** Milliseconds of each kind, and the reasons of blindness by their length. */
export function sums(all: readonly Stretch[]): {
  watching: number;
  blind: number;
  planned: number;
  unknown: number;
  reasons: { words: Text | null; ms: number }[];
} {
  const total = { watching: 0, blind: 0, planned: 0, unknown: 0 };
  const by = new Map<string, { words: Text | null; ms: number }>();
  for (const { kind, because, words, from, to } of all) {
    total[kind] += to - from;
    if (kind === 'blind') by.set(because, { words, ms: (by.get(because)?.ms ?? 0) + to - from });
  }
  const reasons = [...by.values()].sort((a, b) => b.ms - a.ms);
  return { ...total, reasons };
}

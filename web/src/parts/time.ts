/** Times and durations in words. Pure: the clock and the language are arguments. */
import type { Language } from '~/i18n/words';

const TAGS: Record<Language, string> = { zh: 'zh-CN', en: 'en-GB' };

/** Milliseconds since 1970 of a time on the wire, null when it is none. */
export function parseTime(at: string | number | null | undefined): number | null {
  if (at === null || at === undefined || at === '') return null;
  const ms = typeof at === 'number' ? at : Date.parse(at);
  return Number.isFinite(ms) ? ms : null;
}

/** '3 minutes ago', '2 小时前'; differences of clocks are not shown as the future. */
export function relative(at: number, now: number, language: Language): string {
  const seconds = Math.round((now - at) / 1000);
  if (seconds < 5 && seconds > -60) return language === 'zh' ? '刚刚' : 'just now';
  const say = new Intl.RelativeTimeFormat(TAGS[language], { numeric: 'always', style: 'short' });
  const past = seconds >= 0 ? -1 : 1;
  const size = Math.abs(seconds);
  if (size < 60) return say.format(past * size, 'second');
  if (size < 3600) return say.format(past * Math.floor(size / 60), 'minute');
  if (size < 86_400) return say.format(past * Math.floor(size / 3600), 'hour');
  return say.format(past * Math.floor(size / 86_400), 'day');
}

/** The full local time with its zone, for hovers and tables: '2026-11-21 14:02:09 GMT+8'. */
export function absolute(at: number, language: Language): string {
  const parts = new Intl.DateTimeFormat(TAGS[language], {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'short',
  }).formatToParts(at);
  const part = (type: Intl.DateTimeFormatPartTypes): string =>
    parts.find((one) => one.type === type)?.value ?? '';
  const date = `${part('year')}-${part('month')}-${part('day')}`;
  const time = `${part('hour')}:${part('minute')}:${part('second')}`;
  return `${date} ${time} ${part('timeZoneName')}`;
}

/** '14:02' of today, else with the day, and with the year where it is another one. */
export function shortTime(at: number, now: number, language: Language): string {
  const [then, today] = [new Date(at), new Date(now)];
  const time = new Intl.DateTimeFormat(TAGS[language], {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(at);
  if (then.toDateString() === today.toDateString()) return time;
  const day = new Intl.DateTimeFormat(TAGS[language], {
    ...(then.getFullYear() === today.getFullYear() ? {} : { year: 'numeric' }),
    month: language === 'zh' ? 'long' : 'short',
    day: 'numeric',
  }).format(at);
  return `${day} ${time}`;
}

/** The time of day to the second: '14:02:09'. */
export function clock(at: number, language: Language): string {
  return new Intl.DateTimeFormat(TAGS[language], {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  }).format(at);
}

/** The two biggest units of a duration: '2 h 5 min', '45 s', '3 d'. */
export function duration(seconds: number, language: Language): string {
  const units: [number, string, string][] = [
    [86_400, 'd', '天'],
    [3600, 'h', '小时'],
    [60, 'min', '分'],
    [1, 's', '秒'],
  ];
  const whole = Math.max(0, Math.round(seconds));
  const first = units.findIndex(([size]) => whole >= size);
  if (first < 0) return language === 'zh' ? '0 秒' : '0 s';
  const parts: string[] = [];
  let rest = whole;
  for (const [size, en, zh] of units.slice(first, first + 2)) {
    const n = Math.floor(rest / size);
    rest -= n * size;
    if (n > 0) parts.push(`${String(n)} ${language === 'zh' ? zh : en}`);
  }
  return parts.join(' ');
}

/** What the console knows about the service's life. Pure: the time is an argument. */
import type { Schemas } from './client';

export type Process = Schemas['Process'];

/** One message of the live stream; it says what to fetch anew, not what it is. No id: many at once. */
export interface LiveMessage {
  type: 'incident' | 'camera' | 'desired' | 'processes' | 'anew';
  seq: number;
  id: string;
  change: string;
  kind: string;
  revision: number;
  processes: Process[];
}

/** link: nothing is known of the service. It may be the network as well as the service. */
export type Part = 'link' | Process['name'];

/** open: told at once; polling: asked every few seconds; lost: nobody answers. */
export type Link = 'connecting' | 'open' | 'polling' | 'lost';

export interface Returned {
  part: Part;
  awayMs: number;
  /** When it was noticed, by the clock of this computer. */
  at: number;
}

export interface LiveState {
  link: Link;
  since: number;
  processes: readonly Process[];
  /** What came back, newest last; whoever shows it lets old ones go. */
  returned: readonly Returned[];
}

export type Happening =
  | { type: 'opened' | 'polled' | 'lost' }
  | { type: 'processes'; processes: readonly Process[] };

export const RETURNED_SHOWN_MS = 10_000;

export function begin(now: number): LiveState {
  return { link: 'connecting', since: now, processes: [], returned: [] };
}

/** The state after something happened at `now`. */
export function after(state: LiveState, happening: Happening, now: number): LiveState {
  switch (happening.type) {
    case 'lost':
      return state.link === 'lost' ? state : { ...state, link: 'lost', since: now };
    case 'opened':
      return linked(state, 'open', now);
    case 'polled':
      return linked(state, 'polling', now);
    case 'processes':
      return told(state, happening.processes, now);
  }
}

function linked(state: LiveState, link: Link, now: number): LiveState {
  if (state.link === link) return state;
  const back: Returned[] =
    state.link === 'lost' ? [{ part: 'link', awayMs: now - state.since, at: now }] : [];
  return { ...state, link, since: now, returned: [...recent(state.returned, now), ...back] };
}

function told(state: LiveState, processes: readonly Process[], now: number): LiveState {
  const back: Returned[] = [];
  for (const process of processes) {
    const before = state.processes.find(({ name }) => name === process.name);
    if (before?.away && !process.away) {
      back.push({ part: process.name, awayMs: span(before.since, process.since, now), at: now });
    }
  }
  return { ...state, processes, returned: [...recent(state.returned, now), ...back] };
}

/** How long it was away; by the clock of the service where it says both ends. */
function span(from: string | null, to: string | null, now: number): number {
  const start = Date.parse(from ?? '');
  const end = Date.parse(to ?? '');
  if (Number.isNaN(start)) return 0;
  return Math.max(0, (Number.isNaN(end) || end < start ? now : end) - start);
}

/** Those that still are worth a word. */
export function recent(returned: readonly Returned[], now: number): Returned[] {
  return returned.filter(({ at }) => now - at < RETURNED_SHOWN_MS);
}

export interface Outage {
  part: Part;
  /** When it went away, null where nobody knows. */
  since: number | null;
}

/** What is away now. Without a link nothing is known of the rest, so only the link is named. */
export function outages(state: LiveState): Outage[] {
  if (state.link === 'lost') return [{ part: 'link', since: state.since }];
  return state.processes
    .filter(({ name, away }) => away && name !== 'api')
    .map(({ name, since }) => {
      const at = Date.parse(since ?? '');
      return { part: name, since: Number.isNaN(at) ? null : at };
    });
}

/** Which queries a message makes stale, by the beginnings of their keys. */
export function staleKeys(message: LiveMessage): string[][] {
  switch (message.type) {
    case 'incident':
      return [one('incident', message.id), ['incidents'], ['overview']];
    case 'camera':
      return [one('camera', message.id), ['cameras'], ['overview']];
    case 'desired':
      return [['cameras'], ['camera'], ['catalog'], ['destinations']];
    case 'processes':
      return [['health']];
    case 'anew':
      return ANEW;
  }
}

/** Everything that the stream ever speaks of. */
const ANEW = [
  ['incident'],
  ['incidents'],
  ['camera'],
  ['cameras'],
  ['catalog'],
  ['destinations'],
  ['overview'],
  ['health'],
];

function one(noun: string, id: string): string[] {
  return id === '' ? [noun] : [noun, id];
}

/** Read a message of the stream, null when it is none that this console knows. */
export function readMessage(data: string): LiveMessage | null {
  try {
    const message = JSON.parse(data) as Partial<LiveMessage> | null;
    if (message === null || typeof message !== 'object') return null;
    switch (message.type) {
      case 'incident':
      case 'camera':
      case 'desired':
      case 'processes':
      case 'anew':
        return {
          type: message.type,
          seq: message.seq ?? 0,
          id: message.id ?? '',
          change: message.change ?? '',
          kind: message.kind ?? '',
          revision: message.revision ?? 0,
          processes: message.processes ?? [],
        };
      default:
        return null;
    }
  } catch {
    return null;
  }
}

/** Keys gathered until they are fetched: the same one once, however often it was named. */
export class Gathered {
  private readonly keys = new Map<string, string[]>();

  add(keys: readonly string[][]): void {
    for (const key of keys) this.keys.set(JSON.stringify(key), key);
  }

  /** Give what was gathered, without keys that a shorter one covers, and begin anew. */
  take(): string[][] {
    const all = [...this.keys.values()];
    this.keys.clear();
    return all.filter(
      (key) => !all.some((other) => other.length < key.length && other.every((part, i) => part === key[i])),
    );
  }
}

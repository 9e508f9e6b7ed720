/**
 * The reviewer's desk: decisions on their way, as a pure state machine.
 *
 * What nothing undoes once it is sent is held for some seconds; the rest is sent at once and undone
 * by its counter move. Every step takes a desk and returns the next one with what is to be sent.
 */

import type { DecisionIn, Incident, Summary } from './types';

export const HOLD_MS = 5000;
const REMEMBERED = 30;

export type Phase = 'held' | 'sending' | 'done' | 'undoing' | 'refused' | 'failed';

/** One decision. `to` is the state it leads to; `undo` the counter move, '' for none. */
export interface Entry {
  key: number;
  incident: Summary;
  decision: DecisionIn;
  to: string;
  undo: string;
  phase: Phase;
  /** When a held one goes out, in ms; when it was decided, for the others. */
  at: number;
  /** Undo was asked for while the answer was under way. */
  recalled: boolean;
  /** The incident as it is now: after the move, or as another one left it. */
  fresh: Incident | null;
  problem: string;
}

export interface Desk {
  next: number;
  entries: readonly Entry[];
}

/** What is to be sent: for undo, the counter move on the version that the decision made. */
export interface Letter {
  key: number;
  incident: string;
  decision: DecisionIn;
}

export interface Step {
  desk: Desk;
  letters: Letter[];
}

/** What became of an undo: the incident that is back, or why there is none. */
export type Undone = { back: Summary } | { back: null; final: Entry | null };

export const EMPTY: Desk = { next: 1, entries: [] };

export interface Made {
  incident: Summary;
  decision: DecisionIn;
  to: string;
  undo: string;
  hold: boolean;
}

/** Takes a decision; whatever was held goes out first. */
export function decide(desk: Desk, made: Made, now: number): Step {
  const flushed = flush(desk);
  const entry: Entry = {
    key: desk.next,
    incident: made.incident,
    decision: made.decision,
    to: made.to,
    undo: made.undo,
    phase: made.hold ? 'held' : 'sending',
    at: made.hold ? now + HOLD_MS : now,
    recalled: false,
    fresh: null,
    problem: '',
  };
  // A decision on the same incident replaces what went wrong with the one before.
  const others = flushed.desk.entries.filter((one) => one.incident.id !== made.incident.id || !isWrong(one));
  const letters = made.hold ? flushed.letters : [...flushed.letters, letter(entry)];
  return { desk: { next: desk.next + 1, entries: trimmed([...others, entry]) }, letters };
}

/** Sends what was held long enough. */
export function due(desk: Desk, now: number): Step {
  return release(desk, (entry) => entry.at <= now);
}

/** Sends everything that is held: the next decision came, or the page is left. */
export function flush(desk: Desk): Step {
  return release(desk, () => true);
}

/** Says when the next held one goes out, null when none is held. */
export function nextDue(desk: Desk): number | null {
  const held = desk.entries.filter((entry) => entry.phase === 'held').map((entry) => entry.at);
  return held.length === 0 ? null : Math.min(...held);
}

/** Takes the last decision back, as far as that is possible. */
export function undo(desk: Desk): Step & { undone: Undone } {
  const last = [...desk.entries].reverse().find((one) => !isWrong(one) && one.phase !== 'undoing');
  if (last === undefined) return { desk, letters: [], undone: { back: null, final: null } };
  if (last.phase === 'held') {
    const entries = desk.entries.filter((one) => one.key !== last.key);
    return { desk: { ...desk, entries }, letters: [], undone: { back: last.incident } };
  }
  if (last.undo === '') return { desk, letters: [], undone: { back: null, final: last } };
  if (last.phase === 'sending') {
    const waits = changed(desk, last.key, { phase: 'undoing', recalled: true });
    return { desk: waits, letters: [], undone: { back: last.incident } };
  }
  const letters = [counter(last)];
  return {
    desk: changed(desk, last.key, { phase: 'undoing' }),
    letters,
    undone: { back: last.incident },
  };
}

/** The server took a decision, or its undoing. */
export function answered(desk: Desk, key: number, fresh: Incident): Step {
  const entry = desk.entries.find((one) => one.key === key);
  if (entry === undefined) return { desk, letters: [] };
  if (entry.recalled) {
    const after = changed(desk, key, { recalled: false, fresh });
    return { desk: after, letters: [counter({ ...entry, fresh })] };
  }
  if (entry.phase === 'undoing') return { desk: dismissed(desk, key), letters: [] };
  return { desk: changed(desk, key, { phase: 'done', fresh }), letters: [] };
}

/** Somebody else was first: `fresh` is what they made of it. */
export function refused(desk: Desk, key: number, fresh: Incident): Desk {
  return changed(desk, key, { phase: 'refused', recalled: false, fresh });
}

/** It did not get through, or was not allowed. Nothing is lost: it can be sent again. */
export function failed(desk: Desk, key: number, problem: string): Desk {
  const entry = desk.entries.find((one) => one.key === key);
  // Whoever took it back before the answer came has what they wanted.
  if (entry?.recalled) return dismissed(desk, key);
  return changed(desk, key, { phase: 'failed', problem });
}

/** Sends a failed one again. */
export function retry(desk: Desk, key: number): Step {
  const entry = desk.entries.find((one) => one.key === key && one.phase === 'failed');
  if (entry === undefined) return { desk, letters: [] };
  // What failed after the answer to the decision was its undoing.
  if (entry.fresh !== null) {
    return { desk: changed(desk, key, { phase: 'undoing', problem: '' }), letters: [counter(entry)] };
  }
  return { desk: changed(desk, key, { phase: 'sending', problem: '' }), letters: [letter(entry)] };
}

export function dismissed(desk: Desk, key: number): Desk {
  return { ...desk, entries: desk.entries.filter((one) => one.key !== key) };
}

/** Returns the states of incidents as this desk decided them, as long as the server may not know. */
export function decided(desk: Desk): Map<string, string> {
  const found = new Map<string, string>();
  for (const one of desk.entries) {
    if (one.phase === 'held' || one.phase === 'sending') found.set(one.incident.id, one.to);
  }
  return found;
}

/** Says whether something went wrong that a person must see. */
export function isWrong(entry: Entry): boolean {
  return entry.phase === 'refused' || entry.phase === 'failed';
}

function release(desk: Desk, wanted: (entry: Entry) => boolean): Step {
  const ready = desk.entries.filter((one) => one.phase === 'held' && wanted(one));
  if (ready.length === 0) return { desk, letters: [] };
  const keys = new Set(ready.map((one) => one.key));
  const entries = desk.entries.map((one): Entry => (keys.has(one.key) ? { ...one, phase: 'sending' } : one));
  return { desk: { ...desk, entries }, letters: ready.map(letter) };
}

function letter(entry: Entry): Letter {
  return { key: entry.key, incident: entry.incident.id, decision: entry.decision };
}

function counter(entry: Entry): Letter {
  const version = entry.fresh?.version ?? entry.decision.version + 1;
  return {
    key: entry.key,
    incident: entry.incident.id,
    decision: { version, action: entry.undo, reason: '', note: '', duplicate_of: '' },
  };
}

function changed(desk: Desk, key: number, by: Partial<Entry>): Desk {
  return {
    ...desk,
    entries: desk.entries.map((one) => (one.key === key ? { ...one, ...by } : one)),
  };
}

function trimmed(entries: Entry[]): Entry[] {
  const old = entries.length - REMEMBERED;
  return entries.filter((one, index) => index >= old || one.phase !== 'done');
}

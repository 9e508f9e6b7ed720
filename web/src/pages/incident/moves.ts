/** What the life cycle's table says about a move: where it leads, and whether it can be undone. */

import type { Lifecycle } from './types';

type Table = Pick<Lifecycle, 'transitions'>;

const AGAIN = 'redecide';

/** Returns the state an action leads to, '' when the table has no such move. */
export function leadsTo(life: Table, state: string, action: string): string {
  return life.transitions.find((row) => row.state === state && row.action === action)?.to ?? '';
}

/** Returns the action that undoes a move exactly, '' when there is none. */
export function takenBackBy(life: Table, state: string, action: string): string {
  const to = leadsTo(life, state, action);
  return to && leadsTo(life, to, AGAIN) === state ? AGAIN : '';
}

/** Says whether a move is held back for some seconds, because nothing undoes it once it is sent. */
export function isHeld(life: Table, state: string, action: string): boolean {
  return action !== AGAIN && takenBackBy(life, state, action) === '';
}

/** What an action asks for before it can be sent. */
export function asksFor(action: string): 'reason' | 'original' | 'nothing' {
  if (action === 'reject') return 'reason';
  return action === 'mark_duplicate' ? 'original' : 'nothing';
}

const KEYS: Record<string, string> = {
  confirm: '1',
  reject: '2',
  mark_duplicate: '3',
  check_in_field: '4',
  redecide: '5',
  withdraw: '6',
};

/** Returns the key of each action. A key never changes its meaning from one incident to the next. */
export function keysOf(actions: readonly string[]): Map<string, string> {
  const free = ['7', '8', '9'];
  return new Map(actions.map((name) => [name, KEYS[name] ?? free.shift() ?? '']));
}

/** Which key does what: pure, so that the accidents it must prevent can be tested. */

export interface Press {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  repeat: boolean;
  isComposing: boolean;
}

/** Where the focus is: in a text, on something that Enter or Space presses, on a choice, nowhere. */
export type Focus = 'text' | 'button' | 'choice' | 'page';

/** What is open: nothing, a numbered list to choose from, or something that owns the keyboard. */
export type Open = 'nothing' | 'list' | 'dialog';

export type Command =
  | { does: 'next' | 'previous' | 'open' | 'close' | 'undo' | 'now' | 'note' }
  | { does: 'box' | 'compare' | 'clip' | 'zoom' }
  | { does: 'act'; key: string }
  | { does: 'choose'; index: number };

/** A decision needs the incident to have been on the screen for so long: no double press goes on. */
export const SEEN_MS = 400;

const PLAIN: Record<string, Command['does']> = {
  j: 'next',
  ArrowDown: 'next',
  k: 'previous',
  ArrowUp: 'previous',
  Enter: 'open',
  Escape: 'close',
  u: 'undo',
  n: 'now',
  o: 'box',
  b: 'compare',
  ' ': 'clip',
  z: 'zoom',
};

/** Returns what a press asks for, null when it is none of ours. */
export function command(press: Press, focus: Focus, open: Open): Command | null {
  if (press.isComposing || press.altKey || open === 'dialog') return null;
  if (focus === 'text') return press.key === 'Escape' ? { does: 'close' } : null;
  if (press.ctrlKey || press.metaKey) {
    return press.key.toLowerCase() === 'z' && !press.repeat ? { does: 'undo' } : null;
  }
  const key = press.key.length === 1 ? press.key.toLowerCase() : press.key;
  if (focus === 'button' && (key === 'Enter' || key === ' ')) return null;
  if (focus === 'choice' && (key.startsWith('Arrow') || key === ' ')) return null;
  if (/^[0-9]$/.test(key)) {
    if (press.repeat) return null;
    return open === 'list' ? { does: 'choose', index: indexOf(key) } : { does: 'act', key };
  }
  const does = PLAIN[key];
  if (does === undefined) return null;
  const moves = does === 'next' || does === 'previous';
  if (press.repeat && !moves) return null;
  // In an open list the same key writes a note instead of sending at once.
  if (open === 'list' && does === 'now') return { does: 'note' };
  return { does } as Command;
}

/** Returns the number shown at an entry of a list: 1 … 9, then 0; '' beyond. */
export function numberOf(index: number): string {
  return index < 9 ? String(index + 1) : index === 9 ? '0' : '';
}

/** Says whether a decision may be taken now on what has been shown since `shownAt` (ms). */
export function hasSeen(shownAt: number, now: number): boolean {
  return now - shownAt >= SEEN_MS;
}

function indexOf(digit: string): number {
  return digit === '0' ? 9 : Number(digit) - 1;
}

/** Says where the focus is. */
export function focusOf(target: EventTarget | null): Focus {
  if (!(target instanceof HTMLElement)) return 'page';
  if (target.isContentEditable || target instanceof HTMLTextAreaElement) return 'text';
  if (target instanceof HTMLInputElement) {
    return target.type === 'radio' || target.type === 'checkbox' ? 'choice' : 'text';
  }
  if (target.closest('[role="combobox"], select')) return 'text';
  if (target.closest('[role="slider"], [role="radiogroup"], [role="tablist"]')) return 'choice';
  return target.closest('button, a, summary, [role="button"], video') ? 'button' : 'page';
}

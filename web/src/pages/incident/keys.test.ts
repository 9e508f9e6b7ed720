import { describe, expect, it } from 'vitest';
import { command, hasSeen, numberOf, SEEN_MS, type Press } from './keys';

function press(key: string, more: Partial<Press> = {}): Press {
  return { key, ctrlKey: false, metaKey: false, altKey: false, repeat: false, isComposing: false, ...more };
}

describe('keys', () => {
  it('decides by numbers, and chooses once a list is open', () => {
    expect(command(press('1'), 'page', 'nothing')).toEqual({ does: 'act', key: '1' });
    expect(command(press('1'), 'page', 'list')).toEqual({ does: 'choose', index: 0 });
    expect(command(press('0'), 'page', 'list')).toEqual({ does: 'choose', index: 9 });
  });
  it('writes a note with the key that else sends at once', () => {
    expect(command(press('n'), 'page', 'nothing')).toEqual({ does: 'now' });
    expect(command(press('n'), 'page', 'list')).toEqual({ does: 'note' });
  });
  it('does nothing while one types, but for leaving', () => {
    for (const key of ['1', 'j', 'u', 'Enter']) expect(command(press(key), 'text', 'list')).toBeNull();
    expect(command(press('z', { ctrlKey: true }), 'text', 'nothing')).toBeNull();
    expect(command(press('Escape'), 'text', 'list')).toEqual({ does: 'close' });
  });
  it('does nothing while Chinese is being composed', () => {
    expect(command(press('1', { isComposing: true }), 'page', 'list')).toBeNull();
  });
  it('decides once for a key that is held down, but moves on', () => {
    expect(command(press('1', { repeat: true }), 'page', 'nothing')).toBeNull();
    expect(command(press('u', { repeat: true }), 'page', 'nothing')).toBeNull();
    expect(command(press('j', { repeat: true }), 'page', 'nothing')).toEqual({ does: 'next' });
  });
  it('leaves Enter and Space to a button, arrows to a choice', () => {
    expect(command(press('Enter'), 'button', 'nothing')).toBeNull();
    expect(command(press(' '), 'button', 'nothing')).toBeNull();
    expect(command(press('ArrowDown'), 'choice', 'nothing')).toBeNull();
    expect(command(press('2'), 'choice', 'nothing')).toEqual({ does: 'act', key: '2' });
  });
  it('leaves the keyboard to a dialog, and the browser its own combinations', () => {
    expect(command(press('1'), 'page', 'dialog')).toBeNull();
    expect(command(press('1', { ctrlKey: true }), 'page', 'nothing')).toBeNull();
    expect(command(press('j', { altKey: true }), 'page', 'nothing')).toBeNull();
  });
  it('undoes with Ctrl+Z and Cmd+Z', () => {
    expect(command(press('z', { ctrlKey: true }), 'page', 'nothing')).toEqual({ does: 'undo' });
    expect(command(press('z', { metaKey: true }), 'page', 'nothing')).toEqual({ does: 'undo' });
    expect(command(press('z'), 'page', 'nothing')).toEqual({ does: 'zoom' });
  });
  it('works with caps lock on', () => {
    expect(command(press('J'), 'page', 'nothing')).toEqual({ does: 'next' });
  });
  it('lets nobody decide on what has just appeared', () => {
    expect(hasSeen(1000, 1000 + SEEN_MS - 1)).toBe(false);
    expect(hasSeen(1000, 1000 + SEEN_MS)).toBe(true);
  });
  it('numbers ten entries', () => {
    expect([0, 8, 9, 10].map(numberOf)).toEqual(['1', '9', '0', '']);
  });
});

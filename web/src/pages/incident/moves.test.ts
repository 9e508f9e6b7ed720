import { describe, expect, it } from 'vitest';
import { life } from './examples';
import { asksFor, isHeld, keysOf, leadsTo, takenBackBy } from './moves';

describe('what is held and what is undone', () => {
  it('holds what nothing undoes', () => {
    expect(isHeld(life, 'pending_review', 'confirm')).toBe(true);
    expect(isHeld(life, 'confirmed', 'withdraw')).toBe(true);
  });
  it('sends at once what deciding again undoes', () => {
    for (const action of ['reject', 'mark_duplicate', 'check_in_field']) {
      expect(takenBackBy(life, 'pending_review', action)).toBe('redecide');
      expect(isHeld(life, 'pending_review', action)).toBe(false);
    }
  });
  it('holds a rejection after a field check: deciding again would lead elsewhere', () => {
    expect(isHeld(life, 'field_check', 'reject')).toBe(true);
  });
  it('sends deciding again at once', () => {
    expect(isHeld(life, 'rejected', 'redecide')).toBe(false);
  });
  it('knows no move that the table does not have', () => {
    expect(leadsTo(life, 'voided', 'confirm')).toBe('');
    expect(takenBackBy(life, 'voided', 'confirm')).toBe('');
  });
});

describe('keys of actions', () => {
  it('never changes what a key means', () => {
    expect(keysOf(['confirm', 'withdraw']).get('confirm')).toBe('1');
    expect(keysOf(['withdraw', 'reject']).get('reject')).toBe('2');
  });
  it('gives an action that it does not know a key of its own', () => {
    const keys = keysOf(['confirm', 'remind', 'warn']);
    expect([keys.get('remind'), keys.get('warn')]).toEqual(['7', '8']);
  });
  it('asks for what the server demands', () => {
    expect(['confirm', 'reject', 'mark_duplicate'].map(asksFor)).toEqual(['nothing', 'reason', 'original']);
  });
});

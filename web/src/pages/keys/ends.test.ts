import { expect, it } from 'vitest';
import { endOf } from './ends';

it('says why a key opens nothing any more', () => {
  const now = Date.parse('2026-11-21T00:00:00Z');
  expect(endOf({ revoked_at: null, expires_at: null }, now)).toBe('active');
  expect(endOf({ revoked_at: null, expires_at: '2026-11-22T00:00:00Z' }, now)).toBe('active');
  expect(endOf({ revoked_at: null, expires_at: '2026-11-20T00:00:00Z' }, now)).toBe('expired');
  expect(endOf({ revoked_at: '2026-11-01T00:00:00Z', expires_at: '2026-11-20T00:00:00Z' }, now)).toBe('revoked');
});

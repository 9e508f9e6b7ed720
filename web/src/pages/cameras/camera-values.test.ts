import { expect, it } from 'vitest';
import type { Schemas } from '~/api/client';
import { ApiProblem } from '~/api/problem';
import { fieldErrors, inputOf, isMoved, valuesOf } from './camera-values';

const camera = { id: 'c1', url: 'rtsp://10.0.0.8:554/a', username: 'admin', has_password: true } as Schemas['Camera'];

it('leaves the password out to keep it, and sends an empty one to drop it', () => {
  const values = valuesOf(camera);
  expect('password' in inputOf(values, true)).toBe(false);
  expect(inputOf({ ...values, password: 'new' }, false).password).toBe('new');
  expect(inputOf({ ...values, password: 'new', dropPassword: true }, false).password).toBe('');
});

it('knows when the stored password will not go along', () => {
  expect(isMoved(camera, { url: 'rtsp://10.0.0.8:554/other', username: 'admin' })).toBe(false);
  expect(isMoved(camera, { url: 'rtsp://10.0.0.9:554/a', username: 'admin' })).toBe(true);
  expect(isMoved(camera, { url: 'rtsp://10.0.0.8:554/a', username: 'root' })).toBe(true);
});

it('sends no reference system without coordinates', () => {
  expect(inputOf({ ...valuesOf(camera), crs: 'GCJ02' }, true).crs).toBe('');
  expect(inputOf({ ...valuesOf(camera), lon: 120, lat: 30, crs: 'GCJ02' }, true).crs).toBe('GCJ02');
});

it('puts refusals at their fields', () => {
  const error = new ApiProblem(422, { errors: [
    { field: 'body.gb_id', reason: '20 digits' },
    { field: 'url', reason: 'no host' },
    { field: 'elsewhere', reason: 'odd' },
  ] }, null);
  expect(fieldErrors(error)).toEqual([
    { name: 'gb_id', reason: '20 digits' },
    { name: 'url', reason: 'no host' },
  ]);
  expect(fieldErrors(new Error('x'))).toEqual([]);
});

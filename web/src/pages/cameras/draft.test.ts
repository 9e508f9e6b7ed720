import { expect, it } from 'vitest';
import { ApiProblem } from '~/api/problem';
import { draftOf, NEW, refusalsOf, sameTask, taskOf } from './draft';

const zone = { name: 'kerb', kind: 'include' as const, points: [[0, 0], [1, 0], [1, 1]] as [number, number][] };

it('goes from wanted to draft and back unharmed', () => {
  const wanted = { ...NEW, parameters: { dwell_s: 5 }, zones: [zone], review: false, template: 'demo' };
  expect(sameTask(taskOf(draftOf(wanted), [zone]), wanted)).toBe(true);
});

it('sees every change, and none where only the order of parameters differs', () => {
  const a = { ...NEW, parameters: { x: 1, y: 2 } };
  expect(sameTask(a, { ...NEW, parameters: { y: 2, x: 1 } })).toBe(true);
  expect(sameTask(a, { ...a, parameters: { x: 1 } })).toBe(false);
  expect(sameTask(a, { ...a, zones: [zone] })).toBe(false);
  expect(sameTask(a, { ...a, enabled: false })).toBe(false);
  expect(sameTask(a, { ...a, time_plan: [{ days: [0], start: '08:00:00', end: '09:00:00' }] })).toBe(false);
});

it('puts refusals where they belong', () => {
  const error = new ApiProblem(422, { errors: [
    { field: 'parameters.dwell_s', reason: 'too short' },
    { field: 'zones[1].points', reason: 'not simple' },
    { field: 'body.zones.0.name', reason: 'too long' },
    { field: 'time_plan[2].start', reason: 'no time' },
    { field: 'template', reason: 'unknown' },
  ] }, null);
  expect(refusalsOf(error)).toEqual({
    parameters: { dwell_s: 'too short' },
    zones: { 0: 'too long', 1: 'not simple' },
    periods: { 2: 'no time' },
    others: ['template: unknown'],
  });
});

import { expect, it } from 'vitest';
import type { Drawn } from './editor';
import { edgeAt, hit, middles } from './hits';

const size = { width: 1000, height: 1000 };
const big: Drawn = { key: 1, name: 'big', kind: 'include', points: [[0.1, 0.1], [0.9, 0.1], [0.9, 0.9], [0.1, 0.9]] };
const small: Drawn = { key: 2, name: 'small', kind: 'exclude', points: [[0.4, 0.4], [0.6, 0.4], [0.6, 0.6], [0.4, 0.6]] };

it('finds handles only on the chosen zone', () => {
  expect(hit([big, small], 1, [0.103, 0.1], size, 8)).toEqual({ on: 'vertex', key: 1, vertex: 0 });
  expect(hit([big, small], null, [0.103, 0.103], size, 8)).toEqual({ on: 'zone', key: 1 });
  expect(hit([big, small], 1, [0.5, 0.1], size, 8)).toMatchObject({ on: 'middle', vertex: 0 });
});

it('takes the last drawn zone of those that lie over each other, and keeps the chosen one', () => {
  expect(hit([big, small], null, [0.5, 0.5], size, 8)).toEqual({ on: 'zone', key: 2 });
  expect(hit([big, small], 1, [0.45, 0.45], size, 8)).toEqual({ on: 'zone', key: 1 });
});

it('finds nothing outside', () => {
  expect(hit([big], 1, [0.01, 0.01], size, 8)).toBeNull();
});

it('offers no middle on a short edge', () => {
  expect(middles([[0.1, 0.1], [0.12, 0.1], [0.12, 0.5]], size, 8).map((m) => m.after)).toEqual([1, 2]);
});

it('finds the edge to put a point on', () => {
  expect(edgeAt(big.points, [0.3, 0.104], size, 8)).toMatchObject({ after: 0, point: [expect.closeTo(0.3), 0.1] });
  expect(edgeAt(big.points, [0.3, 0.3], size, 8)).toBeNull();
});

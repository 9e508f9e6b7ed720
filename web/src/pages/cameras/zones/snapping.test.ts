import { expect, it } from 'vitest';
import type { Point } from './geometry';
import { snap, type Surroundings } from './snapping';

const outline: Point[] = [
  [0.5, 0.5],
  [0.9, 0.5],
  [0.9, 0.9],
];

function around(more: Partial<Surroundings> = {}): Surroundings {
  const size = { width: 1000, height: 500 };
  return { outlines: [outline], neighbours: [], size, reach: 10, ...more };
}

it('goes to a vertex of another zone', () => {
  expect(snap([0.506, 0.51], around())).toMatchObject({ point: [0.5, 0.5], to: 'vertex' });
});

it('prefers the vertex to the edge beside it', () => {
  expect(snap([0.505, 0.501], around()).to).toBe('vertex');
});

it('goes to an edge of another zone, also to the one that closes it', () => {
  expect(snap([0.7, 0.51], around())).toMatchObject({ point: [0.7, 0.5], to: 'edge' });
  const closing = snap([0.7, 0.71], around());
  expect(closing.to).toBe('edge');
  expect(closing.point[0]).toBeCloseTo(closing.point[1], 3);
});

it('measures in pixels: the same fraction is nearer down than across a wide picture', () => {
  expect(snap([0.488, 0.5], around()).to).toBeNull();
  expect(snap([0.5, 0.482], around()).to).toBe('vertex');
});

it('goes to the border, and into the corner', () => {
  expect(snap([0.3, 0.015], around())).toMatchObject({ point: [0.3, 0], to: 'border' });
  expect(snap([0.995, -0.2], around())).toMatchObject({ point: [1, 0], to: 'border' });
});

it('offers level and plumb with its neighbours, both at once', () => {
  const neighbours: Point[] = [
    [0.1, 0.3],
    [0.4, 0.2],
  ];
  const level = snap([0.25, 0.31], around({ neighbours }));
  expect(level).toMatchObject({ point: [0.25, 0.3], to: 'axis' });
  expect(level.guides).toEqual([{ from: [0.1, 0.3], to: [0.25, 0.3] }]);
  const both = snap([0.404, 0.29], around({ neighbours }));
  expect(both.point).toEqual([0.4, 0.3]);
  expect(both.guides).toHaveLength(2);
});

it('leaves a pointer alone that is near nothing, in four digits', () => {
  expect(snap([0.123456, 0.3], around())).toEqual({ point: [0.1235, 0.3], to: null, guides: [] });
});

/** Where a pointer that is nearly somewhere is meant to be. */
import { apart, at, edges, onEdge, type Point, type Size } from './geometry';

export interface Guide {
  from: Point;
  to: Point;
}

export interface Snapped {
  point: Point;
  /** What it was drawn to, null when nothing was near. */
  to: 'vertex' | 'edge' | 'border' | 'axis' | null;
  /** Lines to show while it holds. */
  guides: Guide[];
}

export interface Surroundings {
  /** Closed outlines of other zones. */
  outlines: readonly (readonly Point[])[];
  /** Points before and after the one that moves: horizontal and vertical with them is offered. */
  neighbours: readonly Point[];
  size: Size;
  /** In pixels. */
  reach: number;
}

/** Snap to a vertex first, then to an edge of another zone, then to the border and to level and
 *  plumb lines (both at once where they cross). */
export function snap(pointer: Point, around: Surroundings): Snapped {
  const clamped: Point = [clamp(pointer[0]), clamp(pointer[1])];
  return (
    toVertex(clamped, around) ?? toEdge(clamped, around) ?? toLines(clamped, around)
  );
}

const clamp = (value: number): number => Math.min(1, Math.max(0, value));

function toVertex(p: Point, { outlines, size, reach }: Surroundings): Snapped | null {
  let best: Point | null = null;
  let least = reach;
  for (const vertex of outlines.flat()) {
    const away = apart(p, vertex, size);
    if (away <= least) {
      least = away;
      best = vertex;
    }
  }
  return best && { point: best, to: 'vertex', guides: [] };
}

function toEdge(p: Point, { outlines, size, reach }: Surroundings): Snapped | null {
  let found: Snapped | null = null;
  let least = reach;
  for (const [a, b] of outlines.flatMap(edges)) {
    const near = onEdge(a, b, p, size);
    const away = apart(p, near, size);
    if (away > least) continue;
    least = away;
    found = { point: at(...near), to: 'edge', guides: [{ from: a, to: b }] };
  }
  return found;
}

function toLines(p: Point, { neighbours, size, reach }: Surroundings): Snapped {
  const x = pull(p[0], neighbours.map((n) => n[0]), reach / size.width);
  const y = pull(p[1], neighbours.map((n) => n[1]), reach / size.height);
  const point = at(x?.value ?? p[0], y?.value ?? p[1]);
  const guides: Guide[] = [];
  if (x?.kind === 'axis') guides.push(guide(neighbours, (n) => n[0] === x.value, point));
  if (y?.kind === 'axis') guides.push(guide(neighbours, (n) => n[1] === y.value, point));
  const border = x?.kind === 'border' || y?.kind === 'border';
  const axis = x?.kind === 'axis' || y?.kind === 'axis';
  return { point, to: border ? 'border' : axis ? 'axis' : null, guides };
}

function pull(
  value: number,
  axes: readonly number[],
  reach: number,
): { value: number; kind: 'border' | 'axis' } | null {
  for (const border of [0, 1]) {
    if (Math.abs(value - border) <= reach) return { value: border, kind: 'border' };
  }
  let best: number | null = null;
  for (const axis of axes) {
    const away = Math.abs(value - axis);
    if (away <= reach && (best === null || away < Math.abs(value - best))) best = axis;
  }
  return best === null ? null : { value: best, kind: 'axis' };
}

function guide(points: readonly Point[], on: (p: Point) => boolean, to: Point): Guide {
  return { from: points.find(on) ?? to, to };
}

/** What a pointer is on. Pure. */
import type { Drawn } from './editor';
import { apart, contains, edges, onEdge, type Point, type Size } from './geometry';

export type Hit =
  | { on: 'vertex'; key: number; vertex: number }
  | { on: 'middle'; key: number; vertex: number; point: Point }
  | { on: 'zone'; key: number };

export const middle = (a: Point, b: Point): Point => [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];

/** Middles are offered on edges that are long enough to keep them apart from the vertices. */
export function middles(points: readonly Point[], size: Size, reach: number): { after: number; point: Point }[] {
  return edges(points).flatMap(([a, b], after) =>
    apart(a, b, size) > 5 * reach ? [{ after, point: middle(a, b) }] : [],
  );
}

/** The chosen zone's handles come first, then zones, the chosen and the last drawn before others. */
export function hit(zones: readonly Drawn[], chosen: number | null, p: Point, size: Size, reach: number): Hit | null {
  const mine = zones.find((z) => z.key === chosen);
  if (mine) {
    const vertex = nearest(mine.points, p, size, reach);
    if (vertex !== null) return { on: 'vertex', key: mine.key, vertex };
    const found = middles(mine.points, size, reach).find(({ point }) => apart(p, point, size) <= reach);
    if (found) return { on: 'middle', key: mine.key, vertex: found.after, point: found.point };
    if (contains(mine.points, p)) return { on: 'zone', key: mine.key };
  }
  const over = zones.findLast((z) => contains(z.points, p) || edgeAt(z.points, p, size, reach / 2) !== null);
  return over ? { on: 'zone', key: over.key } : null;
}

function nearest(points: readonly Point[], p: Point, size: Size, reach: number): number | null {
  let best: number | null = null;
  let least = reach;
  points.forEach((point, i) => {
    const away = apart(p, point, size);
    if (away <= least) {
      least = away;
      best = i;
    }
  });
  return best;
}

/** The edge under a pointer, by the number of its first point, and the place on it. */
export function edgeAt(points: readonly Point[], p: Point, size: Size, reach: number): { after: number; point: Point } | null {
  let best: { after: number; point: Point } | null = null;
  let least = reach;
  edges(points).forEach(([a, b], after) => {
    const point = onEdge(a, b, p, size);
    const away = apart(p, point, size);
    if (away <= least) {
      least = away;
      best = { after, point };
    }
  });
  return best;
}

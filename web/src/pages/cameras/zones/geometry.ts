/**
 * Polygons in fractions of the picture. Distances are measured in displayed pixels, because a
 * fraction is longer across a wide picture than down it.
 */
export type Point = readonly [number, number];

export interface Size {
  width: number;
  height: number;
}

/** The server's limits (rules/zones.py): said here before it has to refuse. */
export const MOST_POINTS = 64;
export const LEAST_AREA = 1e-5;

export type Fault = 'few' | 'many' | 'crosses' | 'flat';

/** A ten-thousandth: finer than a pixel of a 4K picture, and all of it can be shown. */
export function fraction(value: number): number {
  return Math.round(Math.min(1, Math.max(0, value)) * 10000) / 10000;
}

export function at(x: number, y: number): Point {
  return [fraction(x), fraction(y)];
}

export function same(a: Point, b: Point): boolean {
  return a[0] === b[0] && a[1] === b[1];
}

/** Distance in pixels. */
export function apart(a: Point, b: Point, size: Size): number {
  return Math.hypot((a[0] - b[0]) * size.width, (a[1] - b[1]) * size.height);
}

/** Twice the signed area of a triangle: which side of a-b the point c is on. */
function turn(a: Point, b: Point, c: Point): number {
  return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
}

function within(a: Point, b: Point, c: Point): boolean {
  return (
    Math.min(a[0], b[0]) <= c[0] &&
    c[0] <= Math.max(a[0], b[0]) &&
    Math.min(a[1], b[1]) <= c[1] &&
    c[1] <= Math.max(a[1], b[1])
  );
}

const side = (value: number): number => (Math.abs(value) < 1e-12 ? 0 : Math.sign(value));

/** Whether two edges share a point; touching counts, as it does for the server. */
export function meet(a: Point, b: Point, c: Point, d: Point): boolean {
  const abc = side(turn(a, b, c));
  const abd = side(turn(a, b, d));
  const cda = side(turn(c, d, a));
  const cdb = side(turn(c, d, b));
  if (abc !== abd && cda !== cdb) return true;
  return (
    (abc === 0 && within(a, b, c)) ||
    (abd === 0 && within(a, b, d)) ||
    (cda === 0 && within(c, d, a)) ||
    (cdb === 0 && within(c, d, b))
  );
}

/** Whether the edge b-c runs back over a-b. */
function foldsBack(a: Point, b: Point, c: Point): boolean {
  if (side(turn(a, b, c)) !== 0) return false;
  return (a[0] - b[0]) * (c[0] - b[0]) + (a[1] - b[1]) * (c[1] - b[1]) > 0;
}

/** The edges of a closed outline, from each point to the next. */
export function edges(points: readonly Point[]): [Point, Point][] {
  const [first, ...rest] = points;
  return first ? points.map((p, i) => [p, rest[i] ?? first]) : [];
}

export function area(points: readonly Point[]): number {
  const sum = edges(points).reduce((all, [[x, y], [nx, ny]]) => all + x * ny - nx * y, 0);
  return Math.abs(sum) / 2;
}

/** The same outline without points that repeat the one before them. */
export function tidy(points: readonly Point[]): Point[] {
  return edges(points)
    .filter(([from, to]) => !same(from, to))
    .map(([from]) => from);
}

function crosses(points: readonly Point[]): boolean {
  const sides = edges(points);
  return sides.some(([a, b], i) => {
    const next = sides[(i + 1) % sides.length];
    if (next && foldsBack(a, b, next[1])) return true;
    // Neighbours share a point; the first and the last edge are neighbours, too.
    const others = sides.slice(i + 2, i === 0 ? -1 : undefined);
    return others.some(([c, d]) => meet(a, b, c, d));
  });
}

/** Why an outline is no zone; null when it is one. */
export function faultOf(outline: readonly Point[]): Fault | null {
  const points = tidy(outline);
  if (points.length < 3) return 'few';
  if (points.length > MOST_POINTS) return 'many';
  const flat = area(points) < LEAST_AREA;
  // A figure of eight may have no area, either: what to mend there is the crossing.
  if (crosses(points) && !(flat && points.length === 3)) return 'crosses';
  return flat ? 'flat' : null;
}

/** Why a next point may not be set while drawing: the open line must not cross itself either. */
export function faultOfNext(line: readonly Point[], next: Point): Fault | null {
  if (line.length >= MOST_POINTS) return 'many';
  const last = line.at(-1);
  const before = line.at(-2);
  if (!last || !before) return null;
  if (foldsBack(before, last, next)) return 'crosses';
  const drawn = edges(line).slice(0, -2);
  return drawn.some(([a, b]) => meet(a, b, last, next)) ? 'crosses' : null;
}

/** Whether a point is inside, by counting the edges to its right. */
export function contains(points: readonly Point[], [x, y]: Point): boolean {
  return cutsAt(points, y).filter((cut) => cut > x).length % 2 === 1;
}

/** The point of the edge a-b that is nearest to p, as displayed. */
export function onEdge(a: Point, b: Point, p: Point, size: Size): Point {
  const dx = (b[0] - a[0]) * size.width;
  const dy = (b[1] - a[1]) * size.height;
  const long = dx * dx + dy * dy;
  if (long === 0) return a;
  const along =
    ((p[0] - a[0]) * size.width * dx + (p[1] - a[1]) * size.height * dy) / long;
  const t = Math.min(1, Math.max(0, along));
  return [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])];
}

/** Move a whole outline; what would leave the picture stops at its border. */
export function shifted(points: readonly Point[], dx: number, dy: number): Point[] {
  const xs = points.map((p) => p[0]);
  const ys = points.map((p) => p[1]);
  const x = Math.min(1 - Math.max(...xs), Math.max(-Math.min(...xs), dx));
  const y = Math.min(1 - Math.max(...ys), Math.max(-Math.min(...ys), dy));
  return points.map((p) => at(p[0] + x, p[1] + y));
}

/** A place inside the outline for its name: the widest stretch at one of a few heights. */
export function labelPlace(points: readonly Point[]): Point {
  const ys = points.map((p) => p[1]);
  const top = Math.min(...ys);
  const tall = Math.max(...ys) - top;
  let best: Point = points[0] ?? [0.5, 0.5];
  let widest = 0;
  for (const share of [0.5, 0.35, 0.65, 0.2, 0.8]) {
    const y = top + tall * share;
    for (const [from, to] of stretches(cutsAt(points, y))) {
      // The middle is asked first: another height must be clearly wider.
      if (to - from <= widest * 1.15) continue;
      widest = to - from;
      best = [(from + to) / 2, y];
    }
  }
  return best;
}

function stretches(cuts: readonly number[]): [number, number][] {
  return cuts.flatMap((from, i): [number, number][] => {
    const to = cuts[i + 1];
    return i % 2 === 0 && to !== undefined ? [[from, to]] : [];
  });
}

/** Where the outline crosses a height, from left to right. */
function cutsAt(points: readonly Point[], y: number): number[] {
  return edges(points)
    .filter(([[, y1], [, y2]]) => y1 > y !== y2 > y)
    .map(([[x1, y1], [x2, y2]]) => x1 + ((y - y1) / (y2 - y1)) * (x2 - x1))
    .sort((a, b) => a - b);
}

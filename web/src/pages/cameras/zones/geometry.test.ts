import { describe, expect, it } from 'vitest';
import { area, at, contains, faultOf, faultOfNext, fraction, labelPlace, shifted, type Point } from './geometry';

const square: Point[] = [
  [0.2, 0.2],
  [0.6, 0.2],
  [0.6, 0.6],
  [0.2, 0.6],
];

describe('fractions', () => {
  it('stay in the picture and keep four digits', () => {
    expect(fraction(-0.2)).toBe(0);
    expect(fraction(1.4)).toBe(1);
    expect(fraction(0.123456)).toBe(0.1235);
    expect(at(0.99999, 0.5)).toEqual([1, 0.5]);
  });
});

describe('an outline', () => {
  it('is a zone when it is simple', () => {
    expect(faultOf(square)).toBeNull();
    expect(area(square)).toBeCloseTo(0.16);
  });

  it('may be concave', () => {
    expect(faultOf([[0, 0], [0.5, 0.4], [1, 0], [0.5, 1]])).toBeNull();
  });

  it('must not cross itself', () => {
    expect(faultOf([[0.1, 0.1], [0.9, 0.9], [0.9, 0.1], [0.1, 0.8]])).toBe('crosses');
  });

  it('must not touch itself: the server refuses that, too', () => {
    expect(faultOf([[0, 0], [1, 0], [1, 1], [0.5, 0], [0, 1]])).toBe('crosses');
  });

  it('must not run back over its own edge', () => {
    expect(faultOf([[0, 0], [0.8, 0], [0.4, 0], [0.4, 0.5]])).toBe('crosses');
    expect(faultOf([[0.4, 0], [0.4, 0.5], [0, 0], [0.8, 0]])).toBe('crosses');
  });

  it('needs three points that differ, and an area', () => {
    expect(faultOf([[0, 0], [1, 1]])).toBe('few');
    expect(faultOf([[0, 0], [0, 0], [1, 1]])).toBe('few');
    expect(faultOf([[0, 0], [0.5, 0.5], [1, 1]])).toBe('flat');
  });

  it('has at most 64 points', () => {
    const round = (n: number): Point[] =>
      Array.from({ length: n }, (_, i) => [
        0.5 + 0.4 * Math.cos((2 * Math.PI * i) / n),
        0.5 + 0.4 * Math.sin((2 * Math.PI * i) / n),
      ]);
    expect(faultOf(round(64))).toBeNull();
    expect(faultOf(round(65))).toBe('many');
  });
});

describe('the next point of an open line', () => {
  const line: Point[] = [[0.1, 0.1], [0.5, 0.1], [0.5, 0.5]];

  it('may go anywhere free', () => {
    expect(faultOfNext(line, [0.1, 0.5])).toBeNull();
    expect(faultOfNext([], [0.1, 0.5])).toBeNull();
    expect(faultOfNext([[0.1, 0.1]], [0.1, 0.5])).toBeNull();
  });

  it('may not cross the line', () => {
    expect(faultOfNext(line, [0.3, 0])).toBe('crosses');
  });

  it('may not fold back', () => {
    expect(faultOfNext(line, [0.5, 0.3])).toBe('crosses');
  });
});

it('knows inside from outside', () => {
  const notch: Point[] = [[0, 0], [1, 0], [1, 1], [0.5, 0.2], [0, 1]];
  expect(contains(notch, [0.1, 0.5])).toBe(true);
  expect(contains(notch, [0.5, 0.5])).toBe(false);
  expect(contains(notch, [1.2, 0.5])).toBe(false);
});

it('stops a moved zone at the border without bending it', () => {
  expect(shifted(square, 0.9, -0.1)).toEqual([
    [0.6, 0.1],
    [1, 0.1],
    [1, 0.5],
    [0.6, 0.5],
  ]);
});

it('writes the name inside, also of a concave zone', () => {
  const notch: Point[] = [[0, 0], [0.2, 0.9], [0.8, 0.9], [1, 0], [1, 1], [0, 1]];
  expect(contains(notch, labelPlace(notch))).toBe(true);
});

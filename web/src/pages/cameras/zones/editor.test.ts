import { describe, expect, it } from 'vitest';
import { reduce, start, zonesOf, type Action, type Editor, type Zone } from './editor';
import type { Point } from './geometry';

const square: Point[] = [
  [0.2, 0.2],
  [0.6, 0.2],
  [0.6, 0.6],
  [0.2, 0.6],
];
const zone: Zone = { name: 'kerb', kind: 'include', points: square };

const run = (editor: Editor, ...actions: Action[]): Editor => actions.reduce(reduce, editor);
const place = (x: number, y: number): Action => ({ do: 'place', point: [x, y] });
const outlineOf = (editor: Editor, i = 0): Point[] | undefined => editor.zones[i]?.points;

describe('drawing', () => {
  const drawing = run(start([], 'Zone'), { do: 'draw', kind: 'exclude' }, place(0.1, 0.1), place(0.5, 0.1), place(0.5, 0.5));

  it('closes on the first point and chooses the zone', () => {
    const done = run(drawing, place(0.1, 0.1));
    expect(zonesOf(done)).toEqual([
      { name: 'Zone 1', kind: 'exclude', points: [[0.1, 0.1], [0.5, 0.1], [0.5, 0.5]] },
    ]);
    expect(done.line).toBeNull();
    expect(done.chosen).toBe(done.zones[0]?.key);
  });

  it('does not add a point twice: a double click is two clicks', () => {
    const done = run(drawing, place(0.1, 0.5), place(0.1, 0.5), { do: 'close' });
    expect(outlineOf(done)).toHaveLength(4);
  });

  it('refuses a point whose edge would cross the line, and says why', () => {
    const refused = run(drawing, place(0.3, 0));
    expect(refused.line).toHaveLength(3);
    expect(refused.fault).toBe('crosses');
  });

  it('refuses to close where the closing edge would cross', () => {
    const refused = run(drawing, place(0.9, 0.6), place(0.9, 0.3), { do: 'close' });
    expect(refused.zones).toHaveLength(0);
    expect(refused.line).not.toBeNull();
    expect(refused.fault).toBe('crosses');
  });

  it('refuses to close two points', () => {
    expect(run(start([], 'Z'), { do: 'draw', kind: 'include' }, place(0, 0), place(1, 1), { do: 'close' }).fault).toBe('few');
  });

  it('takes back the last point on undo, and all on cancel', () => {
    expect(run(drawing, { do: 'undo' }).line).toHaveLength(2);
    expect(run(drawing, { do: 'cancel' }).line).toBeNull();
  });
});

describe('dragging', () => {
  const grabbed = run(start([zone], 'Zone'), { do: 'choose', key: 0 }, { do: 'grab' });

  it('is one step of undo, however many moves it had', () => {
    const done = run(
      grabbed,
      { do: 'moveVertex', key: 0, vertex: 2, to: [0.65, 0.65] },
      { do: 'moveVertex', key: 0, vertex: 2, to: [0.7, 0.7] },
      { do: 'drop' },
    );
    expect(outlineOf(done)?.[2]).toEqual([0.7, 0.7]);
    const undone = run(done, { do: 'undo' });
    expect(outlineOf(undone)).toEqual(square);
    expect(outlineOf(run(undone, { do: 'redo' }))?.[2]).toEqual([0.7, 0.7]);
  });

  it('goes back when the outline would cross itself, and says why', () => {
    const crossing = run(grabbed, { do: 'moveVertex', key: 0, vertex: 2, to: [0.1, 0.3] });
    expect(crossing.drag?.fault).toBe('crosses');
    const dropped = run(crossing, { do: 'drop' });
    expect(outlineOf(dropped)).toEqual(square);
    expect(dropped.fault).toBe('crosses');
    expect(dropped.past).toHaveLength(0);
  });

  it('moves a zone from where it was grabbed, not from the last move', () => {
    const done = run(
      grabbed,
      { do: 'moveZone', key: 0, dx: 0.3, dy: 0 },
      { do: 'moveZone', key: 0, dx: 0.1, dy: 0.1 },
      { do: 'drop' },
    );
    expect(outlineOf(done)?.[0]).toEqual([0.3, 0.3]);
  });

  it('is undone by cancel', () => {
    const back = run(grabbed, { do: 'moveZone', key: 0, dx: 0.3, dy: 0 }, { do: 'cancel' });
    expect(outlineOf(back)).toEqual(square);
    expect(back.drag).toBeNull();
  });

  it('leaves no step of undo when nothing was moved', () => {
    expect(run(grabbed, { do: 'drop' }).past).toHaveLength(0);
  });
});

describe('vertices', () => {
  const chosen = run(start([zone], 'Zone'), { do: 'choose', key: 0, vertex: 1 });

  it('are inserted on an edge and chosen', () => {
    const done = run(chosen, { do: 'insert', key: 0, after: 3, point: [0.2, 0.4] });
    expect(outlineOf(done)?.[4]).toEqual([0.2, 0.4]);
    expect(done.vertex).toBe(4);
  });

  it('are removed, down to a triangle', () => {
    const three = run(chosen, { do: 'removeVertex' });
    expect(outlineOf(three)).toHaveLength(3);
    const refused = run(three, { do: 'choose', key: 0, vertex: 0 }, { do: 'removeVertex' });
    expect(outlineOf(refused)).toHaveLength(3);
    expect(refused.fault).toBe('few');
  });

  it('are nudged within the picture; without one the whole zone is', () => {
    expect(outlineOf(run(chosen, { do: 'nudge', dx: 0.9, dy: -0.1 }))?.[1]).toEqual([1, 0.1]);
    const whole = run(chosen, { do: 'choose', key: 0 }, { do: 'nudge', dx: 0.1, dy: 0 });
    expect(outlineOf(whole)?.[0]).toEqual([0.3, 0.2]);
  });
});

describe('undo', () => {
  it('brings back a removed zone, and a new step ends redo', () => {
    const removed = run(start([zone], 'Zone'), { do: 'removeZone', key: 0 });
    expect(removed.zones).toHaveLength(0);
    const back = run(removed, { do: 'undo' });
    expect(zonesOf(back)).toEqual([zone]);
    const other = run(back, { do: 'rename', key: 0, name: 'gate' });
    expect(run(other, { do: 'redo' }).zones).toHaveLength(1);
    expect(other.future).toHaveLength(0);
  });

  it('does nothing at the beginning', () => {
    const editor = start([zone], 'Zone');
    expect(run(editor, { do: 'undo' }, { do: 'redo' })).toEqual(editor);
  });
});

it('gives copied zones names of their own', () => {
  const both = run(start([zone], 'Zone'), { do: 'add', zones: [zone, zone] });
  expect(both.zones.map((z) => z.name)).toEqual(['kerb', 'kerb 2', 'kerb 3']);
  expect(new Set(both.zones.map((z) => z.key)).size).toBe(3);
});

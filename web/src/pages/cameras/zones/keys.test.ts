import { expect, it } from 'vitest';
import { reduce, start } from './editor';
import { actionOf } from './keys';

const size = { width: 1000, height: 500 };
const press = (key: string, ctrl = false, shift = false) => ({ key, ctrl, shift });
const empty = start([{ name: 'z', kind: 'include', points: [[0, 0], [1, 0], [1, 1]] }], 'Z');
const chosen = reduce(empty, { do: 'choose', key: 0 });
const drawing = reduce(empty, { do: 'draw', kind: 'include' });

it('undoes and redoes, in both customs', () => {
  expect(actionOf(press('z', true), empty, size)).toEqual({ do: 'undo' });
  expect(actionOf(press('Z', true, true), empty, size)).toEqual({ do: 'redo' });
  expect(actionOf(press('y', true), empty, size)).toEqual({ do: 'redo' });
});

it('closes and cancels what is drawn, and leaves these keys alone otherwise', () => {
  expect(actionOf(press('Enter'), drawing, size)).toEqual({ do: 'close' });
  expect(actionOf(press('Escape'), drawing, size)).toEqual({ do: 'cancel' });
  expect(actionOf(press('Enter'), empty, size)).toBeNull();
  expect(actionOf(press('Escape'), empty, size)).toBeNull();
});

it('deletes the vertex before the zone, and the last point while drawing', () => {
  const vertex = reduce(chosen, { do: 'choose', key: 0, vertex: 1 });
  expect(actionOf(press('Delete'), vertex, size)).toEqual({ do: 'removeVertex' });
  expect(actionOf(press('Delete'), chosen, size)).toEqual({ do: 'removeZone', key: 0 });
  expect(actionOf(press('Backspace'), drawing, size)).toEqual({ do: 'unplace' });
});

it('moves by displayed pixels', () => {
  expect(actionOf(press('ArrowRight'), chosen, size)).toEqual({ do: 'nudge', dx: 0.001, dy: 0 });
  expect(actionOf(press('ArrowUp', false, true), chosen, size)).toEqual({ do: 'nudge', dx: 0, dy: -0.02 });
  expect(actionOf(press('ArrowUp'), empty, size)).toBeNull();
});

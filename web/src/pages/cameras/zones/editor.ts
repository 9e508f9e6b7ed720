/**
 * What the zone editor holds and how it changes. Pure: the view sends actions, this decides.
 * Every zone in `zones` is a valid outline at any time; what would not be one is refused with the
 * reason in `fault`.
 */
import {
  at,
  faultOf,
  faultOfNext,
  fraction,
  same,
  shifted,
  tidy,
  type Fault,
  type Point,
} from './geometry';

export interface Zone {
  name: string;
  kind: 'include' | 'exclude';
  points: Point[];
}

/** A zone with a key of its own, so that it can be renamed and moved while being edited. */
export interface Drawn extends Zone {
  key: number;
}

export interface Editor {
  zones: Drawn[];
  /** Points of the zone being drawn, null when none is. */
  line: Point[] | null;
  kind: Zone['kind'];
  chosen: number | null;
  vertex: number | null;
  /** A drag under way: `zones` before it, and the zones as shown now (perhaps not valid). */
  drag: { zones: Drawn[]; fault: Fault | null } | null;
  fault: Fault | null;
  past: Drawn[][];
  future: Drawn[][];
  nextKey: number;
  /** What new zones are called, before their number. */
  word: string;
}

export type Action =
  | { do: 'load'; zones: readonly Zone[] }
  | { do: 'draw'; kind: Zone['kind'] }
  | { do: 'place'; point: Point }
  | { do: 'unplace' }
  | { do: 'close' }
  | { do: 'cancel' }
  | { do: 'choose'; key: number | null; vertex?: number | null }
  | { do: 'grab' }
  | { do: 'moveVertex'; key: number; vertex: number; to: Point }
  | { do: 'moveZone'; key: number; dx: number; dy: number }
  | { do: 'drop' }
  | { do: 'insert'; key: number; after: number; point: Point }
  | { do: 'removeVertex' }
  | { do: 'removeZone'; key: number }
  | { do: 'rename'; key: number; name: string }
  | { do: 'setKind'; key: number; kind: Zone['kind'] }
  | { do: 'nudge'; dx: number; dy: number }
  | { do: 'add'; zones: readonly Zone[] }
  | { do: 'undo' }
  | { do: 'redo' };

const MOST_UNDOS = 200;

export function start(zones: readonly Zone[], word: string): Editor {
  return {
    zones: zones.map((zone, key) => ({ ...zone, key })),
    line: null,
    kind: 'include',
    chosen: null,
    vertex: null,
    drag: null,
    fault: null,
    past: [],
    future: [],
    nextKey: zones.length,
    word,
  };
}

/** The zones as the API takes them. */
export function zonesOf(editor: Editor): Zone[] {
  return editor.zones.map(({ name, kind, points }) => ({ name: name.trim(), kind, points }));
}

export function reduce(editor: Editor, action: Action): Editor {
  switch (action.do) {
    case 'load':
      return start(action.zones, editor.word);
    case 'undo':
      return editor.line ? unplace(editor) : undo(editor);
    case 'redo':
      return redo(editor);
    case 'draw':
      return { ...editor, line: [], kind: action.kind, chosen: null, vertex: null, fault: null };
    case 'place':
      return place(editor, action.point);
    case 'unplace':
      return unplace(editor);
    case 'close':
      return close(editor);
    case 'cancel':
      return cancel(editor);
    case 'choose':
      return { ...editor, chosen: action.key, vertex: action.vertex ?? null, fault: null };
    case 'grab':
      return { ...editor, drag: { zones: editor.zones, fault: null }, fault: null };
    case 'drop':
      return drop(editor);
    default:
      return edit(editor, action);
  }
}

type Edit = Extract<
  Action,
  { do: `${'move' | 'insert' | 'remove' | 'rename' | 'set' | 'nudge' | 'add'}${string}` }
>;

function edit(editor: Editor, action: Edit): Editor {
  switch (action.do) {
    case 'moveVertex':
      return shape(editor, action.key, (points) =>
        points.map((p, i) => (i === action.vertex ? action.to : p)),
      );
    case 'moveZone':
      return shape(editor, action.key, (points) => shifted(points, action.dx, action.dy));
    case 'insert':
      return insert(editor, action.key, action.after, action.point);
    case 'removeVertex':
      return removeVertex(editor);
    case 'removeZone':
      return keep({ ...editor, chosen: null, vertex: null }, without(editor.zones, action.key));
    case 'rename':
      return keep(editor, changed(editor.zones, action.key, { name: action.name.slice(0, 64) }));
    case 'setKind':
      return keep(editor, changed(editor.zones, action.key, { kind: action.kind }));
    case 'nudge':
      return nudge(editor, action.dx, action.dy);
    case 'add':
      return add(editor, action.zones);
  }
}

function place(editor: Editor, point: Point): Editor {
  const line = editor.line;
  if (!line) return editor;
  const last = line[line.length - 1];
  if (last && same(last, point)) return editor;
  const first = line[0];
  if (first && line.length >= 3 && same(first, point)) return close(editor);
  const fault = faultOfNext(line, point);
  return fault ? { ...editor, fault } : { ...editor, line: [...line, point], fault: null };
}

function unplace(editor: Editor): Editor {
  if (!editor.line) return editor;
  return { ...editor, line: editor.line.slice(0, -1), fault: null };
}

function close(editor: Editor): Editor {
  if (!editor.line) return editor;
  const points = tidy(editor.line);
  const fault = faultOf(points);
  if (fault) return { ...editor, fault };
  const zone = { key: editor.nextKey, name: freeName(editor), kind: editor.kind, points };
  const kept = keep(editor, [...editor.zones, zone]);
  return { ...kept, line: null, chosen: zone.key, vertex: null, nextKey: zone.key + 1 };
}

function cancel(editor: Editor): Editor {
  if (editor.drag) return { ...editor, zones: editor.drag.zones, drag: null, fault: null };
  if (editor.line) return { ...editor, line: null, fault: null };
  if (editor.vertex !== null) return { ...editor, vertex: null, fault: null };
  return { ...editor, chosen: null, fault: null };
}

/** A drag ends: a valid outline stays, any other goes back, and its fault stays to be read. */
function drop(editor: Editor): Editor {
  const { drag } = editor;
  if (!drag) return editor;
  if (drag.fault) return { ...editor, zones: drag.zones, drag: null, fault: drag.fault };
  const moved = { ...editor, zones: drag.zones, drag: null };
  return editor.zones === drag.zones ? moved : keep(moved, editor.zones);
}

/** Change an outline: freely while dragging, else only to a valid one. */
function shape(editor: Editor, key: number, how: (points: Point[]) => Point[]): Editor {
  const before = (editor.drag?.zones ?? editor.zones).find((z) => z.key === key);
  if (!before) return editor;
  const points = how(before.points);
  const fault = faultOf(points);
  const zones = changed(editor.zones, key, { points });
  if (editor.drag) return { ...editor, zones, drag: { ...editor.drag, fault } };
  return fault ? { ...editor, fault } : keep(editor, zones);
}

function insert(editor: Editor, key: number, after: number, point: Point): Editor {
  const put = (points: Point[]): Point[] => [
    ...points.slice(0, after + 1),
    point,
    ...points.slice(after + 1),
  ];
  const next = shape({ ...editor, drag: null }, key, put);
  if (next.fault) return next;
  return { ...next, chosen: key, vertex: after + 1 };
}

function removeVertex(editor: Editor): Editor {
  const { chosen, vertex } = editor;
  if (chosen === null || vertex === null) return editor;
  const next = shape(editor, chosen, (points) => points.filter((_, i) => i !== vertex));
  return next.fault ? next : { ...next, vertex: null };
}

function nudge(editor: Editor, dx: number, dy: number): Editor {
  const { chosen, vertex } = editor;
  if (chosen === null) return editor;
  if (vertex === null) return shape(editor, chosen, (points) => shifted(points, dx, dy));
  return shape(editor, chosen, (points) =>
    points.map((p, i) => (i === vertex ? at(p[0] + dx, p[1] + dy) : p)),
  );
}

/** Add copied zones; a name that is taken gets a number. */
function add(editor: Editor, zones: readonly Zone[]): Editor {
  let { nextKey } = editor;
  const all = [...editor.zones];
  for (const zone of zones) {
    const points = zone.points.map((p): Point => [fraction(p[0]), fraction(p[1])]);
    const name = unused(zone.name, all);
    all.push({ ...zone, points, name, key: nextKey++ });
  }
  return { ...keep(editor, all), nextKey };
}

function unused(name: string, zones: readonly Zone[]): string {
  const taken = new Set(zones.map((z) => z.name));
  if (!taken.has(name)) return name;
  let n = 2;
  while (taken.has(`${name} ${n}`)) n++;
  return `${name} ${n}`;
}

function freeName(editor: Editor): string {
  const taken = new Set(editor.zones.map((z) => z.name));
  let n = 1;
  while (taken.has(`${editor.word} ${n}`)) n++;
  return `${editor.word} ${n}`;
}

function changed(zones: Drawn[], key: number, more: Partial<Zone>): Drawn[] {
  return zones.map((z) => (z.key === key ? { ...z, ...more } : z));
}

function without(zones: Drawn[], key: number): Drawn[] {
  return zones.filter((z) => z.key !== key);
}

/** Take new zones and remember the old ones for undo. */
function keep(editor: Editor, zones: Drawn[]): Editor {
  const past = [...editor.past, editor.zones].slice(-MOST_UNDOS);
  return { ...editor, zones, past, future: [], fault: null };
}

function undo(editor: Editor): Editor {
  const zones = editor.past[editor.past.length - 1];
  if (!zones || editor.drag) return editor;
  return settle(editor, zones, editor.past.slice(0, -1), [editor.zones, ...editor.future]);
}

function redo(editor: Editor): Editor {
  const zones = editor.future[0];
  if (!zones || editor.drag || editor.line) return editor;
  return settle(editor, zones, [...editor.past, editor.zones], editor.future.slice(1));
}

function settle(editor: Editor, zones: Drawn[], past: Drawn[][], future: Drawn[][]): Editor {
  const stays = zones.some((z) => z.key === editor.chosen);
  const chosen = stays ? editor.chosen : null;
  return { ...editor, zones, past, future, chosen, vertex: null, fault: null };
}

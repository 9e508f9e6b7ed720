/** Where zones are drawn: an SVG in the exact frame of the picture, for mouse, pen and finger. */
import { useEffect, useRef, useState, type Dispatch, type PointerEvent, type ReactNode, type RefObject } from 'react';
import { useWords } from '~/i18n/words';
import type { Action, Drawn, Editor } from './editor';
import { apart, at, faultOfNext, labelPlace, same, type Point, type Size } from './geometry';
import { edgeAt, hit, middles } from './hits';
import { snap, type Snapped } from './snapping';
import { words } from './words';

interface CanvasProps {
  editor: Editor;
  dispatch: Dispatch<Action>;
  readOnly: boolean;
  place: RefObject<SVGSVGElement | null>;
  /** Drawn under the zones, in pixels of the frame. */
  under?: (size: Size) => ReactNode;
}

interface Press {
  on: 'place' | 'vertex' | 'zone';
  key: number;
  vertex: number;
  from: Point;
  grabbed: boolean;
}

/** Pixels; a finger is less exact than a mouse. */
const reachOf = (kind: string): number => (kind === 'mouse' || kind === 'pen' ? 9 : 20);

export function Canvas({ editor, dispatch, readOnly, place, under }: CanvasProps) {
  const say = useWords(words);
  const size = useSize(place);
  const press = useRef<Press | null>(null);
  const [near, setNear] = useState<Snapped | null>(null);
  const drawing = editor.line !== null;
  const pointOf = (event: { clientX: number; clientY: number }): Point => {
    const box = place.current?.getBoundingClientRect();
    if (!box || box.width === 0 || box.height === 0) return [0, 0];
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  };
  const snapped = (event: PointerEvent, key: number | null, neighbours: readonly Point[]): Snapped => {
    const outlines = editor.zones.filter((z) => z.key !== key).map((z) => z.points);
    const reach = event.altKey ? 0 : reachOf(event.pointerType);
    return snap(pointOf(event), { outlines, neighbours, size, reach });
  };
  const nextPoint = (event: PointerEvent): Snapped => {
    const line = editor.line ?? [];
    const first = line[0];
    const p = pointOf(event);
    if (first && line.length >= 3 && apart(p, first, size) <= reachOf(event.pointerType) + 3) {
      return { point: first, to: 'vertex', guides: [] };
    }
    return snapped(event, null, [first, line.at(-1)].filter((one) => one !== undefined));
  };
  const down = (event: PointerEvent<SVGSVGElement>): void => {
    if (event.button !== 0 || readOnly) return;
    event.currentTarget.focus({ preventScroll: true });
    event.currentTarget.setPointerCapture(event.pointerId);
    const from = pointOf(event);
    if (drawing) {
      press.current = { on: 'place', key: -1, vertex: -1, from, grabbed: false };
      setNear(nextPoint(event));
      return;
    }
    const found = hit(editor.zones, editor.chosen, from, size, reachOf(event.pointerType) + 2);
    if (found === null) {
      dispatch({ do: 'choose', key: null });
      return;
    }
    if (found.on === 'zone') {
      if (found.key !== editor.chosen || editor.vertex !== null) dispatch({ do: 'choose', key: found.key });
      press.current = { on: 'zone', key: found.key, vertex: -1, from, grabbed: false };
      return;
    }
    const vertex = found.on === 'vertex' ? found.vertex : found.vertex + 1;
    if (found.on === 'middle') dispatch({ do: 'insert', key: found.key, after: found.vertex, point: at(...found.point) });
    else dispatch({ do: 'choose', key: found.key, vertex });
    press.current = { on: 'vertex', key: found.key, vertex, from, grabbed: false };
  };
  const move = (event: PointerEvent<SVGSVGElement>): void => {
    if (drawing) {
      setNear(nextPoint(event));
      return;
    }
    const held = press.current;
    if (held === null) return;
    const p = pointOf(event);
    if (!held.grabbed) {
      // A click is not a drag: hands tremble.
      if (apart(p, held.from, size) < 3) return;
      held.grabbed = true;
      dispatch({ do: 'grab' });
    }
    if (held.on === 'zone') {
      dispatch({ do: 'moveZone', key: held.key, dx: p[0] - held.from[0], dy: p[1] - held.from[1] });
      return;
    }
    const points = editor.zones.find((z) => z.key === held.key)?.points ?? [];
    const n = points.length;
    const neighbours = [points[(held.vertex + n - 1) % n], points[(held.vertex + 1) % n]].filter((one) => one !== undefined);
    const found = snapped(event, held.key, neighbours);
    setNear(found);
    dispatch({ do: 'moveVertex', key: held.key, vertex: held.vertex, to: found.point });
  };
  const up = (event: PointerEvent<SVGSVGElement>): void => {
    const held = press.current;
    press.current = null;
    if (held === null) return;
    if (held.on === 'place' && editor.line) {
      const { point } = nextPoint(event);
      const last = editor.line.at(-1);
      const twice = last !== undefined && apart(last, point, size) < 4;
      if (!twice) dispatch({ do: 'place', point });
      if (event.pointerType !== 'mouse') setNear(null);
      return;
    }
    setNear(null);
    if (held.grabbed) dispatch({ do: 'drop' });
  };
  const lost = (): void => {
    if (press.current?.grabbed) dispatch({ do: 'cancel' });
    press.current = null;
    setNear(null);
  };
  const twice = (event: React.MouseEvent): void => {
    if (readOnly) return;
    if (drawing) {
      dispatch({ do: 'close' });
      return;
    }
    const zone = editor.zones.find((z) => z.key === editor.chosen);
    const found = zone && edgeAt(zone.points, pointOf(event), size, 9);
    if (zone && found) dispatch({ do: 'insert', key: zone.key, after: found.after, point: at(...found.point) });
  };
  return (
    <svg
      ref={place}
      className={`se-canvas ${readOnly ? '' : drawing ? 'se-canvas-drawing' : 'se-canvas-editing'}`}
      viewBox={`0 0 ${String(size.width)} ${String(size.height)}`}
      tabIndex={0}
      role="application"
      aria-label={say('canvas')}
      onPointerDown={down}
      onPointerMove={move}
      onPointerUp={up}
      onPointerCancel={lost}
      onPointerLeave={() => { if (press.current === null) setNear(null); }}
      onDoubleClick={twice}
      onContextMenu={(event) => {
        if (!drawing) return;
        event.preventDefault();
        dispatch({ do: 'unplace' });
      }}
    >
      <defs>
        <pattern id="se-hatch" width="10" height="10" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <line x1="0" y1="0" x2="0" y2="10" className="se-hatch" />
        </pattern>
      </defs>
      {under?.(size)}
      {editor.zones.map((zone) => (
        <ZoneShape key={zone.key} zone={zone} size={size} chosen={zone.key === editor.chosen} wrong={zone.key === editor.chosen && (editor.drag?.fault ?? null) !== null} />
      ))}
      {!readOnly && !drawing && <Handles editor={editor} size={size} />}
      {editor.line && <Line line={editor.line} near={near?.point ?? null} size={size} kind={editor.kind} />}
      {near && <Near near={near} size={size} />}
    </svg>
  );
}

function useSize(place: RefObject<Element | null>): Size {
  const [size, setSize] = useState<Size>({ width: 1600, height: 900 });
  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const watch = new ResizeObserver(([entry]) => {
      const box = entry?.contentRect;
      if (box && box.width > 0 && box.height > 0) setSize({ width: box.width, height: box.height });
    });
    watch.observe(element);
    return () => { watch.disconnect(); };
  }, [place]);
  return size;
}

const pixels = (points: readonly Point[], size: Size): string =>
  points.map(([x, y]) => `${String(x * size.width)},${String(y * size.height)}`).join(' ');

function ZoneShape({ zone, size, chosen, wrong }: { zone: Drawn; size: Size; chosen: boolean; wrong: boolean }) {
  const points = pixels(zone.points, size);
  const [x, y] = labelPlace(zone.points);
  const state = `${chosen ? 'se-zone-chosen' : ''} ${wrong ? 'se-zone-wrong' : ''}`;
  return (
    <g data-zone={zone.name}>
      <polygon points={points} className="se-zone-halo" />
      {zone.kind === 'exclude' && <polygon points={points} fill="url(#se-hatch)" />}
      <polygon points={points} className={`se-zone se-zone-${zone.kind} ${state}`} />
      <text x={x * size.width} y={y * size.height} className="se-zone-text">{zone.name}</text>
    </g>
  );
}

function Handles({ editor, size }: { editor: Editor; size: Size }) {
  const zone = editor.zones.find((z) => z.key === editor.chosen);
  if (!zone) return null;
  return (
    <g>
      {editor.drag === null &&
        middles(zone.points, size, 11).map(({ after, point: [x, y] }) => (
          <circle key={after} cx={x * size.width} cy={y * size.height} r={4.5} className="se-middle" />
        ))}
      {zone.points.map(([x, y], i) => (
        <circle key={i} cx={x * size.width} cy={y * size.height} r={i === editor.vertex ? 8 : 6} className={i === editor.vertex ? 'se-vertex se-vertex-chosen' : 'se-vertex'} />
      ))}
    </g>
  );
}

function Line({ line, near, size, kind: given }: { line: Point[]; near: Point | null; size: Size; kind: string }) {
  const [first] = line;
  // Said before the click, not after it.
  const bad = near !== null && first !== undefined && !same(near, first) && faultOfNext(line, near) !== null;
  const kind = bad ? 'wrong' : given;
  return (
    <g>
      {line.length >= 2 && <polygon points={pixels(near ? [...line, near] : line, size)} className={`se-line-fill se-zone-${kind}`} />}
      <polyline points={pixels(near ? [...line, near] : line, size)} className="se-zone-halo" />
      <polyline points={pixels(near ? [...line, near] : line, size)} className={`se-line se-line-${kind}`} />
      {line.map(([x, y], i) => (
        <circle key={i} cx={x * size.width} cy={y * size.height} r={5} className="se-vertex" />
      ))}
      {first && line.length >= 3 && <circle cx={first[0] * size.width} cy={first[1] * size.height} r={10} className="se-closer" />}
    </g>
  );
}

function Near({ near: { point, to, guides }, size }: { near: Snapped; size: Size }) {
  return (
    <g pointerEvents="none">
      {guides.map(({ from, to: end }, i) => (
        <line key={i} x1={from[0] * size.width} y1={from[1] * size.height} x2={end[0] * size.width} y2={end[1] * size.height} className="se-guide" />
      ))}
      <circle cx={point[0] * size.width} cy={point[1] * size.height} r={to === null ? 3 : 7} className={to === null ? 'se-near' : 'se-near se-near-caught'} />
    </g>
  );
}

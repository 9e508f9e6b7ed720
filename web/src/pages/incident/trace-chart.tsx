/** How it went, as a picture: what was seen, each number against its limit, what happened when. */
import { Button } from 'antd';
import { useId, useState } from 'react';
import { useLanguage, useText, useWords } from '~/i18n/words';
import { clock } from '~/parts/time';
import * as shape from './trace';
import type { Trace } from './types';
import { words } from './words';

const [WIDTH, HEIGHT] = [1000, 40];

interface TraceChartProps {
  trace: Trace;
  /** When it became graver, and when it was seen to be gone. */
  risen: readonly string[];
  cleared: string | null;
}

export function TraceChart({ trace, risen, cleared }: TraceChartProps) {
  const say = useWords(words);
  const text = useText();
  const language = useLanguage();
  const [pointed, setPointed] = useState<number | null>(null);
  const [all, setAll] = useState(false);
  const last = trace.samples.length - 1;
  const index = Math.min(pointed ?? last, last);
  const sample = trace.samples[index];
  if (sample === undefined) return null;
  const span = shape.spanOf(trace);
  const at = Date.parse(sample.at);
  const when = `${clock(at, language)} · ${say(`sight_${sample.sight}`)}`;
  const found = shape.marks(trace, risen, cleared);
  const lines = found.map(({ what, x }) => ({ what, x }));
  const told = shape.moving(trace);
  const steady = trace.series.length - told.length;
  const values = trace.series
    .map((one, row) => {
      const value = sample.values[row];
      return value === null || value === undefined ? '' : `${text(one.words)} ${shape.told(one, value, language)}`;
    })
    .filter((one) => one !== '');
  return (
    <figure className="si-trace" aria-label={say('traceOf')}>
      <div className="si-trace-name">{say('sight')}</div>
      <div className="si-trace-plot">
        <Sights trace={trace} marks={lines} x={shape.share(span, at)} />
      </div>
      {trace.series.map((one, row) => {
        const value = sample.values[row];
        if (!all && !told.includes(row)) return null;
        return (
          <Row
            key={one.name}
            trace={trace}
            row={row}
            marks={lines}
            x={shape.share(span, at)}
            name={text(one.words)}
            value={value === null || value === undefined ? '–' : shape.told(one, value, language)}
            limit={`${one.above ? '≥' : '≤'} ${shape.told(one, one.limit, language)}`}
          />
        );
      })}
      <div />
      <div className="si-trace-marks" style={{ height: `${String(18 * (1 + Math.max(0, ...found.map((m) => m.lane))))}px` }}>
        {found.map(({ what, at: moment, x, lane }) => (
          <span
            key={`${what} ${String(moment)}`}
            className={`si-mark si-mark-${what}`}
            style={{ left: `${String(x * 100)}%`, top: `${String(lane * 18)}px`, transform: `translateX(${String(-x * 100)}%)` }}
          >
            {say(`mark_${what}`)} {clock(moment, language)}
          </span>
        ))}
      </div>
      <input
        type="range"
        className="si-trace-hand"
        aria-label={say('traceHand')}
        aria-valuetext={[when, ...values].join(', ')}
        min={0}
        max={last}
        value={index}
        onChange={({ target }) => {
          setPointed(Number(target.value));
        }}
        onPointerMove={({ clientX, currentTarget }) => {
          const box = currentTarget.getBoundingClientRect();
          setPointed(shape.nearest(trace, (clientX - box.left) / Math.max(1, box.width)));
        }}
        onPointerDown={(event) => {
          // The picture is told by place, not by number: they are not equally far apart.
          event.preventDefault();
          const box = event.currentTarget.getBoundingClientRect();
          setPointed(shape.nearest(trace, (event.clientX - box.left) / Math.max(1, box.width)));
        }}
        onPointerLeave={({ pointerType }) => {
          // A finger leaves when it lifts; what it chose stays.
          if (pointerType === 'mouse') setPointed(null);
        }}
      />
      <figcaption className="si-trace-said">
        <strong>{when}</strong>
        <Legend trace={trace} />
        {steady > 0 && (
          <Button type="link" size="small" onClick={() => { setAll(!all); }}>
            {all ? say('steadyLess') : say('steadyMore', { count: steady })}
          </Button>
        )}
      </figcaption>
    </figure>
  );
}

interface RowProps {
  trace: Trace;
  row: number;
  marks: readonly Pick<shape.Mark, 'what' | 'x'>[];
  x: number;
  name: string;
  value: string;
  limit: string;
}

function Row({ trace, row, marks, x, name, value, limit }: RowProps) {
  const need = shape.needed(trace, row);
  return (
    <>
      <div className="si-trace-name">
        <span>{name}</span>
        <span className="si-trace-value">
          <strong>{value}</strong> <span className="si-quiet">{limit}</span>
        </span>
      </div>
      <div className="si-trace-plot">
        <svg viewBox={`0 0 ${String(WIDTH)} ${String(HEIGHT)}`} preserveAspectRatio="none" aria-hidden>
          <rect className="si-needed" x={0} y={need.top * HEIGHT} width={WIDTH} height={need.height * HEIGHT} />
          <line className="si-limit" x1={0} x2={WIDTH} y1={need.limit * HEIGHT} y2={need.limit * HEIGHT} />
          <Lines marks={marks} x={x} />
          <path className="si-values" d={shape.line(trace, row, WIDTH, HEIGHT)} />
        </svg>
      </div>
    </>
  );
}

function Sights({ trace, marks, x }: Pick<RowProps, 'trace' | 'marks' | 'x'>) {
  const hatch = useId();
  return (
    <svg viewBox={`0 0 ${String(WIDTH)} 14`} preserveAspectRatio="none" aria-hidden className="si-trace-band">
      <defs>
        <pattern id={hatch} width="14" height="14" patternUnits="userSpaceOnUse">
          <rect className="si-sight-hidden" width="7" height="14" />
        </pattern>
      </defs>
      {shape.bands(trace).map(({ sight, from, to }) => (
        <rect
          key={from}
          className={sight === 'hidden' ? undefined : `si-sight-${sight}`}
          fill={sight === 'hidden' ? `url(#${hatch})` : undefined}
          x={from * WIDTH}
          width={(to - from) * WIDTH}
          y={0}
          height={14}
        />
      ))}
      <Lines marks={marks} x={x} />
    </svg>
  );
}

function Lines({ marks, x }: Pick<RowProps, 'marks' | 'x'>) {
  return (
    <>
      {marks.map((mark) => (
        <line key={`${mark.what} ${String(mark.x)}`} className={`si-line si-line-${mark.what}`} x1={mark.x * WIDTH} x2={mark.x * WIDTH} y1={0} y2={HEIGHT} />
      ))}
      <line className="si-line si-line-pointed" x1={x * WIDTH} x2={x * WIDTH} y1={0} y2={HEIGHT} />
    </>
  );
}

/** Which colours occur, and what they mean. */
function Legend({ trace }: { trace: Trace }) {
  const say = useWords(words);
  const there = new Set(shape.bands(trace).map(({ sight }) => sight));
  return (
    <span className="si-trace-legend">
      {(['held', 'hidden', 'gone', 'none'] as const)
        .filter((sight) => there.has(sight))
        .map((sight) => (
          <span key={sight}>
            <i className={`si-key si-key-${sight}`} aria-hidden /> {say(`sight_${sight}`)}
          </span>
        ))}
      <span>
        <i className="si-key si-key-needed" aria-hidden /> {say('neededArea')}
      </span>
    </span>
  );
}

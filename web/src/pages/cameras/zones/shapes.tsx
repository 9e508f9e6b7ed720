/** Zones over a picture, to be looked at. */
import { labelPlace, type Point } from './geometry';

interface Shape {
  name: string;
  kind: 'include' | 'exclude';
  points: readonly Point[];
}

export function ZoneShapes({ zones }: { zones: readonly Shape[] }) {
  return (
    <div className="se-zones" aria-hidden>
      <svg viewBox="0 0 1 1" preserveAspectRatio="none">
        {zones.map(({ kind, points }, i) => (
          <polygon key={i} className={`se-zone se-zone-${kind}`} points={points.map((p) => p.join(',')).join(' ')} vectorEffect="non-scaling-stroke" />
        ))}
      </svg>
      {zones.map(({ name, kind, points }, i) => {
        const [x, y] = labelPlace(points);
        return (
          <span key={i} className={`se-zone-name se-zone-name-${kind}`} style={{ left: `${String(x * 100)}%`, top: `${String(y * 100)}%` }}>
            {name}
          </span>
        );
      })}
    </div>
  );
}

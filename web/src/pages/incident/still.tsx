/** One picture of the evidence, with what is drawn over it, and words where none comes. */
import { Button } from 'antd';
import { useEffect, useState, type ReactNode } from 'react';
import { useWords } from '~/i18n/words';
import { links } from './links';
import type { Box, Evidence } from './types';
import { words } from './words';

interface StillProps {
  evidence: Evidence | null;
  alt: string;
  box?: Box | null;
  zones?: readonly { name: string; points: [number, number][] }[];
  fit?: 'contain' | 'cover';
  /** Fetches the incident anew: its links are fresh then. */
  onOld?: () => void;
  onZoom?: () => void;
  lazy?: boolean;
  children?: ReactNode;
}

/** 'old' goes with the link that expired: a fresh one is tried at once. */
type Why = 'away' | 'gone' | { old: string } | { broken: string };

const RETRY_MS = 5000;
const MOST_TRIES = 2;
const UNREADABLE = 'format';

export function Still({ evidence, children, ...rest }: StillProps) {
  const say = useWords(words);
  return (
    <div className="si-still">
      {evidence === null ? (
        <Words>{say('pictureNone')}</Words>
      ) : evidence.state === 'pending' ? (
        <Words>{say('picturePending')}</Words>
      ) : evidence.state === 'lost' ? (
        <Words>{say('pictureLost', { why: evidence.why })}</Words>
      ) : (
        // Another picture starts anew; another link to the same one does not.
        <Attached key={`${evidence.sha256} ${String(evidence.masked)}`} evidence={evidence} {...rest} />
      )}
      {children}
    </div>
  );
}

interface AttachedProps extends Omit<StillProps, 'evidence' | 'children'> {
  evidence: Evidence;
}

function Attached({ evidence, alt, box, zones, fit = 'contain', onOld, onZoom, lazy }: AttachedProps) {
  const say = useWords(words);
  const [size, setSize] = useState<[number, number] | null>(null);
  const [why, setWhy] = useState<Why | null>(null);
  const [attempt, setAttempt] = useState(0);
  const src = links.of(evidence);

  const again = (): void => {
    setWhy(null);
    setAttempt((n) => n + 1);
  };
  // Also a link that is refused for another reason than its age is tried again, with patience.
  const waits = why === 'away' || (why !== null && isOld(why) && why.old === src);
  useEffect(() => {
    if (!waits) return undefined;
    const timer = setTimeout(again, RETRY_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [waits]);
  const failed = (): void => {
    void reasonOf(src).then((found) => {
      if (isOld(found)) {
        links.forget(evidence);
        onOld?.();
      }
      // It came when asked once more: only a second failure says that it cannot be shown.
      if (isFine(found) && attempt < MOST_TRIES) again();
      else setWhy(found);
    });
  };

  if (why !== null && !isOld(why)) {
    return (
      <Words>
        {typeof why === 'object'
          ? say('pictureBroken', { why: why.broken })
          : say(why === 'away' ? 'pictureAway' : 'pictureGone')}
        {why !== 'gone' && (
          <Button size="small" onClick={again}>
            {say('pictureRetry')}
          </Button>
        )}
      </Words>
    );
  }
  return (
    <>
      <img
        key={`${String(attempt)} ${src}`}
        src={src}
        alt={alt}
        decoding="async"
        loading={lazy ? 'lazy' : 'eager'}
        draggable={false}
        style={{ objectFit: fit, cursor: onZoom === undefined ? undefined : 'zoom-in' }}
        onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) => {
          setSize([naturalWidth, naturalHeight]);
        }}
        onError={failed}
        onClick={onZoom}
      />
      {size !== null && (box || zones?.length) && <Drawn size={size} box={box ?? null} zones={zones ?? []} />}
    </>
  );
}

interface DrawnProps {
  size: [number, number];
  box: Box | null;
  zones: readonly { name: string; points: [number, number][] }[];
}

/** Box and zones, in the very frame that `object-fit: contain` gives the picture. */
function Drawn({ size: [width, height], box, zones }: DrawnProps) {
  return (
    <svg viewBox={`0 0 ${String(width)} ${String(height)}`} preserveAspectRatio="xMidYMid meet" aria-hidden>
      {zones.map(({ name, points }) => (
        <polygon
          key={`${name} ${points.join()}`}
          className="si-zone"
          points={points.map(([x, y]) => `${String(x * width)},${String(y * height)}`).join(' ')}
        />
      ))}
      {box !== null &&
        ['si-box-edge', 'si-box'].map((line) => (
          <rect
            key={line}
            className={line}
            x={box[0] * width}
            y={box[1] * height}
            width={(box[2] - box[0]) * width}
            height={(box[3] - box[1]) * height}
          />
        ))}
    </svg>
  );
}

export function Words({ children }: { children: ReactNode }) {
  return <div className="si-still-words">{children}</div>;
}

function isFine(why: Why): boolean {
  return typeof why === 'object' && 'broken' in why && why.broken === UNREADABLE;
}

export function isOld(why: Why): why is { old: string } {
  return typeof why === 'object' && 'old' in why;
}

/** Why a link gives nothing: an image element does not say, a request does. */
export async function reasonOf(src: string): Promise<Why> {
  try {
    const response = await fetch(src, { credentials: 'same-origin', headers: { Range: 'bytes=0-0' } });
    if (response.status === 403) return { old: src };
    if (response.status === 404 || response.status === 410) return 'gone';
    if (response.status >= 502) return 'away';
    return { broken: response.ok ? UNREADABLE : `HTTP ${String(response.status)}` };
  } catch {
    return 'away';
  }
}

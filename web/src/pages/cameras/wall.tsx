/** Cameras as a wall of pictures. Only what is on the screen is asked for. */
import { useEffect, useRef, useState, type RefObject } from 'react';
import { Link } from 'react-router';
import { useText, useWords } from '~/i18n/words';
import { CameraState, toneOf } from '~/parts/camera-state';
import { useLive } from './live';
import { LivePicture } from './live-picture';
import { AlgorithmMarks } from './marks';
import type { Camera } from './queries';
import { pageOf } from './table';
import { words } from './words';

/** A wall is looked over, not watched: worker and network serve the rules first. */
const WALL_MS = 6000;

export function CameraWall({ cameras }: { cameras: Camera[] }) {
  return (
    <div className="se-wall">
      {cameras.map((camera) => (
        <Link key={camera.id} to={pageOf(camera.id)} className={`se-card se-card-${cardTone(camera)}`}>
          <Thumb camera={camera} />
          <div className="se-card-words">
            <strong>{camera.name || camera.id}</strong>
            <CameraState state={camera.state} words={camera.state_words} />
            <AlgorithmMarks camera={camera} told={camera.state !== 'live'} />
          </div>
        </Link>
      ))}
    </div>
  );
}

function cardTone({ state, blind }: Camera): string {
  const tone = toneOf(state);
  return tone === 'good' && blind.length > 0 ? 'bad' : tone;
}

/** A small live picture that is asked for while it can be seen. `quiet`: the words stand beside it. */
export function Thumb({ camera, quiet = false }: { camera: Camera; quiet?: boolean }) {
  const say = useWords(words);
  const text = useText();
  const place = useRef<HTMLDivElement>(null);
  const seen = useSeen(place);
  const wanted = seen && camera.enabled && camera.state !== 'off';
  const live = useLive(camera.id, WALL_MS, wanted);
  return (
    <div ref={place} className="se-thumb">
      {wanted || live.shot ? (
        <LivePicture live={live} alt={say('pictureOf', { camera: camera.name || camera.id })} why={quiet ? '' : text(camera.state_words)} small />
      ) : (
        <div className="se-live se-live-small se-live-off">{camera.enabled || quiet ? '' : text(camera.state_words)}</div>
      )}
    </div>
  );
}

function useSeen(place: RefObject<HTMLElement | null>): boolean {
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const watch = new IntersectionObserver((entries) => {
      setSeen(entries.some((entry) => entry.isIntersecting));
    });
    watch.observe(element);
    return () => { watch.disconnect(); };
  }, [place]);
  return seen;
}

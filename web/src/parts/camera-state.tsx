/** How a camera is: a dot and words. */
import { useText, type Text } from '~/i18n/words';
import { When } from './when';

export type Tone = 'good' | 'soft' | 'bad' | 'off';

const TONES: Record<string, Tone> = {
  live: 'good',
  connecting: 'soft',
  waiting: 'soft',
  disabled: 'off',
  unknown: 'off',
};

/** good: pictures come; soft: it is being tried; bad: needs somebody; off: nobody wants it. */
export function toneOf(state: string): Tone {
  return TONES[state] ?? 'bad';
}

interface CameraStateProps {
  state: string;
  words: Text | undefined;
  since?: string | null;
}

export function CameraState({ state, words, since }: CameraStateProps) {
  const text = useText();
  return (
    <span className="se-camera-state">
      <span className={`se-dot se-dot-${toneOf(state)}`} aria-hidden />
      <span>{text(words) || state}</span>
      {since !== undefined && since !== null && (
        <span className="se-quiet">
          {' · '}
          <When at={since} />
        </span>
      )}
    </span>
  );
}

/** The newest picture of a camera, its time, and words when it stands still or does not come. */
import { useState, type ReactNode } from 'react';
import { Spin, Tooltip } from 'antd';
import { ApiProblem } from '~/api/problem';
import { useLanguage, useWords } from '~/i18n/words';
import { wordsOf } from '~/parts/failure';
import { PictureWords } from '~/parts/picture';
import { absolute, duration } from '~/parts/time';
import { words as partWords } from '~/parts/words';
import { FROZEN_MS, useAge, type Live, type Shot } from './live';
import { words } from './words';

interface LivePictureProps {
  live: Live;
  alt: string;
  /** Stopped on purpose: its age is not a fault. */
  held?: boolean;
  small?: boolean;
  /** Why none comes, in the camera's own words. */
  why?: ReactNode;
  onSize?: (size: { width: number; height: number }) => void;
  children?: ReactNode;
}

export function LivePicture({ live, alt, held = false, small = false, why, onSize, children }: LivePictureProps) {
  const [ratio, setRatio] = useState(16 / 9);
  const { shot, error } = live;
  return (
    <div className={small ? 'se-live se-live-small' : 'se-live'} style={{ aspectRatio: small ? 16 / 9 : ratio }}>
      {shot && (
        <img
          src={shot.url}
          alt={alt}
          draggable={false}
          onLoad={({ currentTarget: { naturalWidth: width, naturalHeight: height } }) => {
            if (width > 0 && height > 0) {
              setRatio(width / height);
              onSize?.({ width, height });
            }
          }}
        />
      )}
      {shot === null && <Nothing error={error} why={why} />}
      {shot !== null && children}
      {shot !== null && <Caption shot={shot} error={error} held={held} small={small} />}
    </div>
  );
}

function Nothing({ error, why }: { error: unknown; why?: ReactNode }) {
  const say = useWords(words);
  const sayPart = useWords(partWords);
  if (error === null) {
    return (
      <div className="se-picture-words">
        <Spin size="small" />
      </div>
    );
  }
  const none = error instanceof ApiProblem && error.status === 409;
  return <PictureWords>{why === '' ? '' : none ? (why ?? say('noPictureYet')) : sayPart(wordsOf(error).title)}</PictureWords>;
}

interface CaptionProps {
  shot: Shot;
  error: unknown;
  held: boolean;
  small: boolean;
}

function Caption({ shot, error, held, small }: CaptionProps) {
  const say = useWords(words);
  const sayPart = useWords(partWords);
  const language = useLanguage();
  const age = useAge(shot);
  if (shot.capturedAt === null) return null;
  const clock = new Date(shot.capturedAt).toLocaleTimeString(language === 'zh' ? 'zh-CN' : 'en-GB', { hour12: false });
  const old = age > FROZEN_MS;
  const frozen = old && !held;
  const length = duration(age / 1000, language);
  const text = held
    ? say('heldAt', { time: clock })
    : frozen
      ? small
        ? say('frozenFor', { age: length })
        : say('frozenSince', { time: clock, age: length })
      : clock;
  return (
    <Tooltip title={absolute(shot.capturedAt, language)}>
      <span className={`se-live-caption ${frozen ? 'se-live-frozen' : held ? 'se-live-held' : ''}`} role="status">
        {!frozen && !held && <i aria-hidden className="se-live-beat" key={shot.capturedAt} />}
        {text}
        {frozen && error !== null && !small && ` · ${sayPart(wordsOf(error).title)}`}
      </span>
    </Tooltip>
  );
}

/** The clip: plays where there is one, and says where it is where there is none. */
import { Button } from 'antd';
import { useState, type RefObject } from 'react';
import { useWords } from '~/i18n/words';
import { links } from './links';
import { isOld, reasonOf, Words } from './still';
import type { Evidence } from './types';
import { words } from './words';

interface ClipProps {
  evidence: Evidence | null;
  video: RefObject<HTMLVideoElement | null>;
  onOld: () => void;
}

export function Clip({ evidence, video, onOld }: ClipProps) {
  const say = useWords(words);
  return (
    <div className="si-still">
      {evidence === null ? (
        <Words>{say('clipNone')}</Words>
      ) : evidence.state === 'pending' ? (
        <Words>{say('clipPending')}</Words>
      ) : evidence.state === 'lost' ? (
        <Words>{say('clipLost', { why: evidence.why })}</Words>
      ) : (
        <Player
          key={`${evidence.sha256} ${String(evidence.masked)}`}
          evidence={evidence}
          video={video}
          onOld={onOld}
        />
      )}
    </div>
  );
}

function Player({ evidence, video, onOld }: { evidence: Evidence } & Omit<ClipProps, 'evidence'>) {
  const say = useWords(words);
  const [phase, setPhase] = useState<'preparing' | 'there' | 'away' | 'gone' | 'broken'>('preparing');
  const [attempt, setAttempt] = useState(0);
  // One link as long as it works: another one would start the clip over.
  const [dead, setDead] = useState('');
  const [first] = useState(() => links.of(evidence));
  const src = dead === '' ? first : links.of(evidence);

  const failed = (): void => {
    void reasonOf(src).then((why) => {
      if (typeof why === 'object' && isOld(why)) {
        links.forget(evidence);
        setDead(src);
        setPhase('preparing');
        onOld();
      } else setPhase(typeof why === 'object' ? 'broken' : why);
    });
  };
  const again = (): void => {
    setAttempt((n) => n + 1);
    setPhase('preparing');
  };

  if (phase === 'away' || phase === 'gone' || phase === 'broken') {
    return (
      <Words>
        {say(phase === 'away' ? 'clipAway' : phase === 'gone' ? 'pictureGone' : 'clipBroken')}
        <Button size="small" onClick={again}>
          {say('pictureRetry')}
        </Button>
      </Words>
    );
  }
  return (
    <>
      <video
        key={`${String(attempt)} ${src}`}
        ref={video}
        src={src}
        controls
        muted
        autoPlay
        loop
        playsInline
        onLoadedData={() => {
          setPhase('there');
        }}
        onError={failed}
      />
      {phase !== 'there' && <Words>{say('clipPreparing')}</Words>}
      {phase === 'there' && evidence.why !== '' && (
        <span className="si-caption si-caption-left">{say('clipCut', { why: evidence.why })}</span>
      )}
    </>
  );
}

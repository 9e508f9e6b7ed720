/** Pictures: evidence and live, with words where none comes. */
import { PictureOutlined, ReloadOutlined } from '@ant-design/icons';
import { Button, Image, Typography } from 'antd';
import { useEffect, useState, type CSSProperties, type ReactNode } from 'react';
import { ApiProblem, readProblem, Unreachable } from '~/api/problem';
import { useWords } from '~/i18n/words';
import { words } from './words';

interface PictureProps {
  /** A link of the service, or a `data:` URL; '' when there is none yet. */
  src: string;
  alt: string;
  /** Width by height, so that nothing jumps when the picture comes; '16 / 9' by default. */
  ratio?: string;
  /** Show the whole picture ('contain', default) or fill the frame ('cover'). */
  fit?: 'contain' | 'cover';
  /** A click shows it in full, with zoom. On by default. */
  zoom?: boolean;
  /** What stands there when there is no link: why. */
  none?: ReactNode;
  /** Drawn over the picture, in a box of its exact frame. */
  children?: ReactNode;
  onRetry?: () => void;
  style?: CSSProperties;
}

type Phase = 'loading' | 'there' | 'failed';

/** One picture behind a link. */
export function Picture(props: PictureProps) {
  // Another link is another picture: its phase starts anew.
  return <OnePicture key={props.src} {...props} />;
}

function OnePicture({
  src, alt, ratio = '16 / 9', fit = 'contain', zoom = true, none, children, onRetry, style,
}: PictureProps) {
  const say = useWords(words);
  const [phase, setPhase] = useState<Phase>('loading');
  const [why, setWhy] = useState<unknown>(null);
  const [attempt, setAttempt] = useState(0);
  const [open, setOpen] = useState(false);
  const retry = (): void => {
    setPhase('loading');
    setAttempt((n) => n + 1);
    onRetry?.();
  };
  const failed = (): void => {
    setPhase('failed');
    void reasonOf(src).then(setWhy);
  };
  return (
    <div className={`se-picture se-picture-${phase}`} style={{ aspectRatio: ratio, ...style }}>
      {src !== '' && phase !== 'failed' && (
        <img
          key={attempt}
          src={src}
          alt={alt}
          decoding="async"
          style={{ objectFit: fit, cursor: zoom ? 'zoom-in' : undefined }}
          onLoad={() => {
            setPhase('there');
          }}
          onError={failed}
          onClick={() => {
            if (zoom && phase === 'there') setOpen(true);
          }}
        />
      )}
      {src === '' && <PictureWords>{none ?? say('pictureFailed')}</PictureWords>}
      {phase === 'failed' && (
        <PictureWords>
          <span>{say(pictureWords(why))}</span>
          <Button size="small" icon={<ReloadOutlined />} onClick={retry}>
            {say('retry')}
          </Button>
        </PictureWords>
      )}
      {phase === 'there' && children}
      {open && (
        <Image
          alt={alt}
          src={src}
          style={{ display: 'none' }}
          preview={{ open, src, onOpenChange: setOpen }}
        />
      )}
    </div>
  );
}

export function PictureWords({ children }: { children: ReactNode }) {
  return (
    <div className="se-picture-words">
      <PictureOutlined aria-hidden />
      <Typography.Text type="secondary" className="se-picture-text">
        {children}
      </Typography.Text>
    </div>
  );
}

/** Why a link gives no picture: an image element does not say, a request does. */
async function reasonOf(src: string): Promise<unknown> {
  try {
    const response = await fetch(src, { credentials: 'same-origin' });
    return response.ok ? null : await readProblem(response);
  } catch (error) {
    return new Unreachable(error);
  }
}

function pictureWords(why: unknown): 'pictureFailed' | 'pictureOld' | 'pictureGone' | 'unreachable' | 'workerAway' {
  if (why instanceof Unreachable) return 'unreachable';
  if (why instanceof ApiProblem) {
    if (why.type === 'worker-away') return 'workerAway';
    if (why.status === 403) return 'pictureOld';
    if (why.status === 404) return 'pictureGone';
  }
  return 'pictureFailed';
}

/** True while the tab can be seen: what nobody sees is not fetched. */
export function useVisible(): boolean {
  const [visible, setVisible] = useState(() => document.visibilityState === 'visible');
  useEffect(() => {
    const look = (): void => {
      setVisible(document.visibilityState === 'visible');
    };
    document.addEventListener('visibilitychange', look);
    return () => {
      document.removeEventListener('visibilitychange', look);
    };
  }, []);
  return visible;
}

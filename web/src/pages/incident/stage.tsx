/** What there is to see: the whole view beside the close-up, before against now, the clip. */
import { EyeInvisibleOutlined, ExpandOutlined, WarningOutlined } from '@ant-design/icons';
import { Image, Segmented, Switch, Tooltip } from 'antd';
import { useRef, useState } from 'react';
import { useWords } from '~/i18n/words';
import { When } from '~/parts/when';
import { Clip } from './clip';
import { Compare } from './compare';
import { useCommands } from './keyboard';
import { links } from './links';
import { compared, pictures, wideView, zonesOf } from './pictures';
import { Still } from './still';
import type { Evidence, Incident } from './types';
import { words, type IncidentWord } from './words';

type View = 'wide' | 'latest' | 'compare' | 'clip';

const ROLES: Record<string, IncidentWord> = {
  start: 'roleStart',
  wide: 'roleWide',
  annotated: 'roleWide',
  now: 'roleNow',
  after: 'roleAfter',
  close_up: 'roleCloseUp',
};

interface StageProps {
  incident: Incident;
  boxed: boolean;
  onBoxed: (boxed: boolean) => void;
  onOld: () => void;
}

export function Stage({ incident, boxed, onBoxed, onOld }: StageProps) {
  const say = useWords(words);
  const [view, setView] = useState<View>('wide');
  const [zoomed, setZoomed] = useState<Evidence | null>(null);
  const video = useRef<HTMLVideoElement>(null);
  const found = pictures(incident.evidence);
  const pair = compared(found);
  const wide = wideView(incident, found, boxed);
  const shown = view === 'latest' ? found.latest : (wide?.evidence ?? null);
  const overlay = {
    box:
      view === 'latest' ? (boxed && found.latest?.role === 'now' ? incident.box : null) : (wide?.box ?? null),
    zones: boxed && incident.made_by.zone.name !== '' ? zonesOf(incident) : [],
  };
  const zoom = (one: Evidence | null): void => {
    if (one?.state === 'attached') setZoomed(one);
  };

  useCommands(({ does }) => {
    if (does === 'box') onBoxed(!boxed);
    else if (does === 'compare') setView(view === 'compare' ? 'wide' : 'compare');
    else if (does === 'zoom') zoom(shown);
    else if (does === 'clip') play(view, setView, video.current);
    else return false;
    return true;
  });

  const views: { value: View; label: string }[] = [
    { value: 'wide', label: say('viewWide') },
    ...(found.latest === null
      ? []
      : [
          {
            value: 'latest' as const,
            label: say(found.latest.role === 'after' ? 'viewAfter' : 'viewLatest'),
          },
        ]),
    { value: 'compare', label: say('viewCompare') },
    { value: 'clip', label: say('viewClip') },
  ];
  return (
    <div className="si-stage">
      <div className={`si-frames${view === 'compare' || view === 'clip' ? ' si-frames-one' : ''}`}>
        {view === 'compare' ? (
          <Compare pair={pair} box={boxed ? incident.box : null} onOld={onOld} />
        ) : view === 'clip' ? (
          <Clip evidence={found.clip} video={video} onOld={onOld} />
        ) : (
          <>
            <Still
              evidence={shown}
              alt={say(ROLES[shown?.role ?? ''] ?? 'viewWide')}
              {...overlay}
              onOld={onOld}
              onZoom={() => {
                zoom(shown);
              }}
            >
              <Caption evidence={shown} />
            </Still>
            <Still
              evidence={found.closeUp}
              alt={say('roleCloseUp')}
              onOld={onOld}
              onZoom={() => {
                zoom(found.closeUp);
              }}
            >
              <Caption evidence={found.closeUp} />
            </Still>
          </>
        )}
      </div>
      <div className="si-stage-tools">
        <Segmented<View> size="small" options={views} value={view} onChange={setView} />
        <Tooltip title={`${say('boxHint')} · O`}>
          <label className="si-switch">
            <Switch size="small" checked={boxed} onChange={onBoxed} />
            {say('box')}
          </label>
        </Tooltip>
        <Mark evidence={found.wide} />
      </div>
      {zoomed !== null && (
        <Image
          alt={say('zoom')}
          src={links.of(zoomed)}
          style={{ display: 'none' }}
          preview={{
            open: true,
            src: links.of(zoomed),
            onOpenChange: (open) => {
              if (!open) setZoomed(null);
            },
          }}
        />
      )}
    </div>
  );
}

/** When a picture was taken, and as what. */
export function Caption({ evidence, side = 'left' }: { evidence: Evidence | null; side?: 'left' | 'right' }) {
  const say = useWords(words);
  if (evidence?.state !== 'attached') return null;
  return (
    <span className={`si-caption si-caption-${side}`}>
      {say(ROLES[evidence.role] ?? 'viewWide')} <When at={evidence.captured_at} as="clock" />
      {!evidence.masked && <WarningOutlined />}
    </span>
  );
}

/** Whether faces and plates can be seen. */
function Mark({ evidence }: { evidence: Evidence | null }) {
  const say = useWords(words);
  if (evidence === null) return null;
  return evidence.masked ? (
    <span className="si-quiet">
      <EyeInvisibleOutlined /> {say('maskedHint')}
    </span>
  ) : (
    <span className="si-warning">
      <ExpandOutlined /> {say('unmaskedHint')}
    </span>
  );
}

function play(view: View, setView: (view: View) => void, video: HTMLVideoElement | null): void {
  if (view !== 'clip' || video === null) setView('clip');
  else if (video.paused) void video.play();
  else video.pause();
}

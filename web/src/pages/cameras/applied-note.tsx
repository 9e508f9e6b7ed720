/** After saving: has the worker taken it up? Asked every second until it has. */
import { CheckCircleFilled, DisconnectOutlined, LoadingOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { api, ask } from '~/api/client';
import { keys } from '~/api/queries';
import { useWords } from '~/i18n/words';
import { useNow } from '~/parts/now';
import { progress } from './filter';
import { useWorker, type CameraDetail } from './queries';
import { words } from './task-words';

export interface Saved {
  revision: number;
  /** By the browser's clock. */
  at: number;
}

const SLOW_MS = 10_000;

export function AppliedNote({ camera, saved }: { camera: CameraDetail; saved: Saved | null }) {
  const say = useWords(words);
  const worker = useWorker(3000);
  const now = useNow('second');
  const revision = saved?.revision ?? camera.revision;
  const state = progress(camera, revision, worker.away);
  // Live messages come only when the camera's state changes; this is asked for until it is applied.
  useQuery({
    queryKey: keys.camera(camera.id),
    queryFn: ({ signal }) => ask(api.GET('/api/v1/cameras/{camera}', { params: { path: { camera: camera.id } }, signal })),
    refetchInterval: state === 'applied' || state === 'off' ? false : 1000,
  });
  switch (state) {
    case 'applied':
      return <span className="se-sign se-sign-good" data-applied={revision}><CheckCircleFilled /> {say('noteApplied', { revision })}</span>;
    case 'off':
      return <span className="se-sign">{say('noteOff', { revision })}</span>;
    case 'away':
      return <span className="se-sign se-sign-bad"><DisconnectOutlined /> {say('noteAway', { revision })}</span>;
    case 'unknown':
      return <span>{say('noteNothing')}</span>;
    case 'applying': {
      const slow = saved !== null && now - saved.at > SLOW_MS;
      return <span className="se-sign se-sign-soft" role="status"><LoadingOutlined /> {say(slow ? 'noteSlow' : 'noteApplying', { revision })}</span>;
    }
  }
}

/** After saving: has the worker taken it up? Asked every second until it has. */
import { useQuery } from '@tanstack/react-query';
import { Alert } from 'antd';
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

export function AppliedNote({ camera, saved }: { camera: CameraDetail; saved: Saved }) {
  const say = useWords(words);
  const worker = useWorker(3000);
  const now = useNow('second');
  const { data } = useQuery({
    queryKey: keys.camera(camera.id),
    queryFn: ({ signal }) => ask(api.GET('/api/v1/cameras/{camera}', { params: { path: { camera: camera.id } }, signal })),
    refetchInterval: ({ state: { data: known } }) => (known && progress(known, saved.revision, false) === 'applied' ? false : 1000),
  });
  const state = progress(data ?? camera, saved.revision, worker.away);
  const { revision } = saved;
  if (state === 'applied') return <Alert type="success" showIcon data-applied={revision} title={say('noteApplied', { revision })} />;
  if (state === 'off') return <Alert type="info" showIcon title={say('noteOff', { revision })} />;
  if (state === 'away') return <Alert type="warning" showIcon title={say('noteAway', { revision })} />;
  const slow = now - saved.at > SLOW_MS;
  return <Alert type={slow ? 'warning' : 'info'} showIcon title={say(slow ? 'noteSlow' : 'noteApplying', { revision })} />;
}

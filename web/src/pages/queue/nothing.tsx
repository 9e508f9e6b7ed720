/** An empty queue, in words: it means little while nobody looks. */
import { CheckCircleOutlined, EyeInvisibleOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { Link } from 'react-router';
import { api, ask } from '~/api/client';
import { keys } from '~/api/queries';
import { useWords } from '~/i18n/words';
import { Empty } from '~/parts/empty';
import { words } from './words';

const NAMED = 3;

export function NothingWaits() {
  const say = useWords(words);
  const cameras = useQuery({
    queryKey: keys.cameras('watched'),
    queryFn: () => ask(api.GET('/api/v1/cameras', { params: { query: { limit: 500 } } })),
  }).data?.cameras;
  const watched = cameras?.filter(({ enabled }) => enabled) ?? [];
  const blind = watched.filter((camera) => camera.blind.length > 0);
  const pairs = watched.reduce((sum, { algorithms }) => sum + algorithms.length, 0);
  const names = blind
    .slice(0, NAMED)
    .map(({ name, id }) => name || id)
    .join(', ');
  const told =
    cameras === undefined
      ? ''
      : pairs === 0
        ? say('emptyCameras')
        : blind.length > 0
          ? say('emptyBlind', {
              count: blind.reduce((sum, one) => sum + one.blind.length, 0),
              names: blind.length > NAMED ? `${names} …` : names,
            })
          : say('emptyWatched', { count: pairs });
  return (
    <Empty
      title={say('emptyWaiting')}
      icon={blind.length > 0 ? <EyeInvisibleOutlined /> : <CheckCircleOutlined />}
      hint={
        <>
          {say('emptyWaitingHint')}
          <br />
          <strong>{told}</strong>
        </>
      }
      action={
        <span>
          <Link to="/overview">{say('toOverview')}</Link>
          {' · '}
          <Link to="/cameras">{say('toCameras')}</Link>
        </span>
      }
    />
  );
}

export function NothingFits({ onReset }: { onReset: () => void }) {
  const say = useWords(words);
  return (
    <Empty
      title={say('emptyFiltered')}
      hint={say('emptyFilteredHint')}
      action={<Button onClick={onReset}>{say('showAll')}</Button>}
    />
  );
}

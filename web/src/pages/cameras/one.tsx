/** One camera: its picture, how it is, and what looks through it; or one of its tasks, to edit. */
import { DeleteOutlined, EditOutlined } from '@ant-design/icons';
import { Alert, App, Button, Descriptions, Flex, Tag } from 'antd';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate, useParams, useSearchParams } from 'react-router';
import { api, ask } from '~/api/client';
import { keys } from '~/api/queries';
import { useText, useWords } from '~/i18n/words';
import { CameraState, toneOf } from '~/parts/camera-state';
import { Loaded } from '~/parts/loaded';
import { Page } from '~/parts/page';
import { RightsGate, useSession } from '~/parts/session';
import { CameraDrawer } from './camera-drawer';
import { useLive } from './live';
import { LivePicture } from './live-picture';
import { AppliedMark } from './marks';
import { useCamera, useStale, useWorker, type CameraDetail } from './queries';
import { useAdvice } from './states';
import { TaskCards } from './task-cards';
import { TaskEditor } from './task-editor';
import { words } from './words';
import { ZoneShapes } from './zones/shapes';
import './cameras.css';

export default function CameraPage() {
  const { id = '' } = useParams();
  return (
    <RightsGate right="cameras.read" otherwise={true}>
      <OneCamera key={id} id={id} />
    </RightsGate>
  );
}

function OneCamera({ id }: { id: string }) {
  const say = useWords(words);
  const query = useCamera(id);
  const [params, setParams] = useSearchParams();
  const algorithm = params.get('task');
  const up = [{ title: say('cameras'), to: '/cameras' }];
  if (query.data === undefined) {
    return (
      <Page title={id} above={up}>
        <Loaded query={query} rows={10}>{() => null}</Loaded>
      </Page>
    );
  }
  const camera = query.data;
  if (algorithm !== null) {
    return <TaskEditor key={algorithm} camera={camera} algorithm={algorithm} onClose={() => { setParams({}); }} />;
  }
  return <CameraView camera={camera} />;
}

function CameraView({ camera }: { camera: CameraDetail }) {
  const say = useWords(words);
  const text = useText();
  const advice = useAdvice();
  const { may } = useSession();
  const worker = useWorker();
  const live = useLive(camera.id, 1000, camera.enabled);
  const [params, setParams] = useSearchParams();
  const [shown, setShown] = useState<string | null>(null);
  const zones = camera.tasks.find((task) => task.algorithm === (shown ?? camera.tasks[0]?.algorithm))?.wanted.zones ?? [];
  const write = may('cameras.write');
  const todo = advice(camera.state);
  return (
    <Page
      title={camera.name || camera.id}
      above={[{ title: say('cameras'), to: '/cameras' }]}
      tags={
        <>
          {!camera.enabled && <Tag>{say('off')}</Tag>}
          <AppliedMark camera={camera} revision={worker.revision} away={worker.away} />
        </>
      }
      extra={
        write && (
          <>
            <Button icon={<EditOutlined />} onClick={() => { setParams({ edit: '1' }); }}>{say('edit')}</Button>
            <Remove camera={camera} />
          </>
        )
      }
    >
      <div className="se-one">
        <div className="se-one-picture">
          <LivePicture live={live} alt={say('pictureOf', { camera: camera.name || camera.id })} why={text(camera.state_words)}>
            <ZoneShapes zones={zones} />
          </LivePicture>
        </div>
        <Flex vertical gap={12} className="se-one-facts">
          {toneOf(camera.state) === 'bad' && camera.enabled && (
            <Alert
              type="error"
              showIcon
              title={text(camera.state_words)}
              description={todo}
              action={write && <Button size="small" onClick={() => { setParams({ edit: '1' }); }}>{say('checkAddress')}</Button>}
            />
          )}
          <Facts camera={camera} />
        </Flex>
      </div>
      <TaskCards camera={camera} onShow={setShown} onEdit={(algorithm) => { setParams({ task: algorithm }); }} />
      {params.get('edit') === '1' && write && <CameraDrawer camera={camera} onClose={() => { setParams({}); }} />}
    </Page>
  );
}

function Facts({ camera }: { camera: CameraDetail }) {
  const say = useWords(words);
  const place = camera.lon !== null && camera.lat !== null ? `${String(camera.lon)}, ${String(camera.lat)} (${camera.crs})` : '';
  const items: [string, React.ReactNode][] = [
    [say('state'), <CameraState key="s" state={camera.state} words={camera.state_words} since={camera.state_since} />],
    [say('id'), <code key="i">{camera.id}</code>],
    [say('url'), <code key="u" className="se-break">{camera.url}</code>],
    [say('login'), camera.username === '' ? '' : `${camera.username}${camera.has_password ? ' · ••••••' : ''}`],
    [say('unit'), camera.owner_unit],
    [say('gbId'), camera.gb_id],
    [say('placeCode'), camera.place_code],
    [say('place'), place],
    [say('rotation'), camera.rotation === 0 ? '' : `${String(camera.rotation)}°`],
  ];
  return (
    <Descriptions
      size="small"
      column={1}
      bordered
      items={items.filter(([, value]) => value !== '').map(([label, children]) => ({ key: label, label, children }))}
    />
  );
}

function Remove({ camera }: { camera: CameraDetail }) {
  const say = useWords(words);
  const { modal, message } = App.useApp();
  const navigate = useNavigate();
  const client = useQueryClient();
  const stale = useStale();
  const remove = useMutation({
    mutationFn: () => ask(api.DELETE('/api/v1/cameras/{camera}', { params: { path: { camera: camera.id } } })),
    onSuccess: async () => {
      void message.success(say('removed'));
      await navigate('/cameras');
      client.removeQueries({ queryKey: keys.camera(camera.id) });
      await stale();
    },
    onError: (error) => { void message.error(error.message); },
  });
  const confirm = (): void => {
    modal.confirm({
      title: say('removeTitle', { camera: camera.name || camera.id }),
      content: (
        <ul className="se-list">
          {camera.tasks.length > 0 && <li>{say('removeTasks', { count: camera.tasks.length })}</li>}
          <li>{say('removeConnection')}</li>
          <li>{camera.open_incidents > 0 ? say('removeIncidents', { count: camera.open_incidents }) : say('removeNoIncidents')}</li>
          <li>{say('removeForGood')}</li>
        </ul>
      ),
      okText: say('remove'),
      okButtonProps: { danger: true },
      cancelText: say('cancel'),
      onOk: () => remove.mutateAsync().catch(() => undefined),
    });
  };
  return <Button danger icon={<DeleteOutlined />} onClick={confirm}>{say('remove')}</Button>;
}

/** What looks through a camera: one card for each algorithm of the catalog. */
import { EditOutlined, EyeInvisibleOutlined, EyeOutlined, PlusOutlined } from '@ant-design/icons';
import { useMutation, useQuery } from '@tanstack/react-query';
import { App, Button, Card, Flex, Switch, Tag, Tooltip, Typography } from 'antd';
import { api, ask } from '~/api/client';
import { keys } from '~/api/queries';
import { useText, useWords } from '~/i18n/words';
import { useSession } from '~/parts/session';
import { When } from '~/parts/when';
import { Coverage } from './coverage';
import { openHours, periodsOf } from './plan';
import { useAlgorithms, useStale, useTemplates, type CameraDetail, type Task } from './queries';
import { isPlanned } from './stretches';
import { words } from './words';

interface TaskCardsProps {
  camera: CameraDetail;
  /** Show the zones of this algorithm on the picture. */
  onShow: (algorithm: string) => void;
  onEdit: (algorithm: string) => void;
}

export function TaskCards({ camera, onShow, onEdit }: TaskCardsProps) {
  const say = useWords(words);
  const text = useText();
  const { may } = useSession();
  const algorithms = useAlgorithms() ?? [];
  const used = new Set(camera.tasks.map((task) => task.algorithm));
  const unused = algorithms.filter(({ id }) => !used.has(id));
  return (
    <>
      <Typography.Title level={2} className="se-section">{say('algorithms')}</Typography.Title>
      {camera.tasks.length === 0 && <Typography.Text type="warning">{say('nothingLooks')}</Typography.Text>}
      <div className="se-tasks">
        {camera.tasks.map((task) => (
          <TaskCard key={task.algorithm} camera={camera} task={task} onShow={onShow} onEdit={onEdit} />
        ))}
        {may('cameras.write') &&
          unused.map(({ id, name, description }) => (
            <Card key={id} size="small" title={text(name)} variant="borderless" className="se-task se-task-unused">
              <Flex vertical gap={8} align="flex-start">
                <Typography.Text type="secondary">{text(description)}</Typography.Text>
                <Button size="small" icon={<PlusOutlined />} onClick={() => { onEdit(id); }}>{say('setUp')}</Button>
              </Flex>
            </Card>
          ))}
      </div>
    </>
  );
}

function TaskCard({ camera, task, onShow, onEdit }: TaskCardsProps & { task: Task }) {
  const say = useWords(words);
  const text = useText();
  const { may } = useSession();
  const templates = useTemplates();
  const { wanted } = task;
  const template = templates?.find(({ id }) => id === wanted.template);
  const own = Object.keys(wanted.parameters ?? {}).length;
  const hours = openHours(periodsOf(wanted.time_plan));
  return (
    <Card
      size="small"
      className="se-task"
      data-task={task.algorithm}
      onMouseEnter={() => { onShow(task.algorithm); }}
      title={text(task.name)}
      extra={<OnOff camera={camera.id} task={task} />}
    >
      <Flex vertical gap={10}>
        <Looking task={task} enabled={camera.enabled && wanted.enabled} />
        {wanted.enabled && <CoverageOf camera={camera.id} task={task} />}
        <Flex gap={4} wrap>
          <Tag variant="filled">{zoneWords(task, say)}</Tag>
          {wanted.template !== '' && (
            <Tooltip title={text(template?.note)}>
              <Tag variant="filled" color="gold">{say('templateNamed', { name: text(template?.name) || wanted.template })}</Tag>
            </Tooltip>
          )}
          {own > 0 && <Tag variant="filled" color="blue">{say('ownValues', { count: own })}</Tag>}
          {hours < 168 && <Tag variant="filled">{say('hoursAWeek', { hours })}</Tag>}
          {wanted.review === true && <Tag variant="filled">{say('reviewOn')}</Tag>}
          {wanted.review === false && <Tag variant="filled" color="orange">{say('reviewOff')}</Tag>}
        </Flex>
        <Button icon={may('cameras.write') ? <EditOutlined /> : <EyeOutlined />} onClick={() => { onEdit(task.algorithm); }}>{say('editTask')}</Button>
      </Flex>
    </Card>
  );
}

function zoneWords({ wanted }: Task, say: (key: 'wholePicture' | 'zoneCount', fill?: { count: number }) => string): string {
  const count = wanted.zones?.length ?? 0;
  return count === 0 ? say('wholePicture') : say('zoneCount', { count });
}

/** Watching, or blind because; silence is said as such. */
export function Looking({ task, enabled }: { task: Task; enabled: boolean }) {
  const say = useWords(words);
  const text = useText();
  if (!enabled) return <span className="se-sign se-sign-quiet">{say('off')}</span>;
  if (task.watching === null) return <span className="se-sign se-sign-soft">{say('notHeard')}</span>;
  const since = task.since !== null && (
    <span className="se-quiet"> · <When at={task.since} /></span>
  );
  if (task.watching) {
    return <span className="se-sign se-sign-good"><EyeOutlined /> {say('watching')}{since}</span>;
  }
  const tone = isPlanned(task.because) ? 'quiet' : 'bad';
  return (
    <span className={`se-sign se-sign-${tone}`}>
      <EyeInvisibleOutlined /> {say('blindWhy', { why: text(task.because_words) })}{since}
    </span>
  );
}

function CoverageOf({ camera, task }: { camera: string; task: Task }) {
  const query = useQuery({
    queryKey: keys.camera(camera, 'intervals', task.algorithm),
    queryFn: ({ signal }) =>
      ask(api.GET('/api/v1/cameras/{camera}/tasks/{algorithm}/intervals', {
        params: { path: { camera, algorithm: task.algorithm }, query: { hours: 24 } },
        signal,
      })),
    refetchInterval: 60_000,
  });
  return <Coverage intervals={query.data} failed={query.isError} share={task.coverage} />;
}

function OnOff({ camera, task }: { camera: string; task: Task }) {
  const say = useWords(words);
  const { may } = useSession();
  const { message } = App.useApp();
  const stale = useStale();
  const change = useMutation({
    mutationFn: (enabled: boolean) =>
      ask(api.PUT('/api/v1/cameras/{camera}/tasks/{algorithm}', {
        params: { path: { camera, algorithm: task.algorithm } },
        body: { ...task.wanted, enabled },
      })),
    onSuccess: () => stale(camera),
    onError: (error) => { void message.error(error.message); },
  });
  return (
    <Switch
      checked={change.isPending ? change.variables : task.wanted.enabled}
      loading={change.isPending}
      disabled={!may('cameras.write')}
      onChange={(on) => { change.mutate(on); }}
      aria-label={say('onOff')}
      checkedChildren={say('on')}
      unCheckedChildren={say('offShort')}
    />
  );
}

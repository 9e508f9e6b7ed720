/** The models: what they are, whose they are, whether and how fast they run. */
import { Popover, Table, Tag, Tooltip, Typography, type TableColumnsType } from 'antd';
import { useText, useWords } from '~/i18n/words';
import { Loaded } from '~/parts/loaded';
import { useAlgorithms, useModels, type Model } from './queries';
import { words } from './words';

export function ModelTable() {
  const say = useWords(words);
  const columns: TableColumnsType<Model> = [
    { key: 'model', title: say('model'), render: (_, model) => <Name model={model} /> },
    { key: 'state', title: say('state'), render: (_, model) => <State model={model} /> },
    { key: 'licence', title: say('licence'), dataIndex: 'licence', render: (licence: string) => <Tag>{licence}</Tag> },
    { key: 'format', title: say('format'), render: (_, { format, head }) => `${format} · ${head}` },
    { key: 'size', title: say('size'), render: (_, { width, height }) => `${String(width)} × ${String(height)}` },
    { key: 'classes', title: say('classes'), render: (_, model) => <Classes classes={model.classes} /> },
    { key: 'used', title: say('usedBy'), render: (_, model) => <UsedBy ids={model.used_by} /> },
    { key: 'files', title: say('files'), render: (_, model) => <Files files={model.files} /> },
  ];
  return (
    <Loaded query={useModels()} rows={6}>
      {(models) => (
        <Table rowKey="id" size="middle" columns={columns} dataSource={models} pagination={false} scroll={{ x: 1000 }} />
      )}
    </Loaded>
  );
}

function Name({ model }: { model: Model }) {
  const say = useWords(words);
  return (
    <div className="se-catalog-name">
      <Typography.Text strong>{model.name || model.id}</Typography.Text>
      <Typography.Text type="secondary">
        {model.id} · {say('version', { version: model.version })}
        {model.provider !== '' && ` · ${model.provider}`}
      </Typography.Text>
    </div>
  );
}

function State({ model }: { model: Model }) {
  const say = useWords(words);
  const { speed } = model;
  if (!model.installed) {
    return (
      <Tooltip title={say('missingHint')}>
        <Tag color="red">{say('missing')}</Tag>
      </Tooltip>
    );
  }
  if (speed === null) return <Tag>{say('installed')}</Tag>;
  const measured =
    speed.ms_per_picture === null
      ? say('noSpeed')
      : say('speed', { ms: speed.ms_per_picture.toFixed(1), pictures: speed.pictures });
  return (
    <div className="se-catalog-name">
      <Tag color={speed.last_error === '' ? 'green' : 'red'}>{say('running', { device: speed.device })}</Tag>
      <Typography.Text type="secondary">{measured}</Typography.Text>
      {speed.last_error !== '' && (
        <Typography.Text type="danger">{say('modelError', { error: speed.last_error })}</Typography.Text>
      )}
    </div>
  );
}

function Classes({ classes }: { classes: string[] }) {
  const say = useWords(words);
  const count = say('classCount', { count: classes.length });
  if (classes.length <= 3) return <>{classes.join(', ') || count}</>;
  return (
    <Popover content={<div className="se-catalog-classes">{classes.join(', ')}</div>} trigger={['hover', 'click']}>
      <Typography.Link>{count}</Typography.Link>
    </Popover>
  );
}

function UsedBy({ ids }: { ids: string[] }) {
  const say = useWords(words);
  const text = useText();
  const algorithms = useAlgorithms().data ?? [];
  if (ids.length === 0) return <Typography.Text type="secondary">{say('usedByNone')}</Typography.Text>;
  const names = ids.map((id) => text(algorithms.find((a) => a.id === id)?.name) || id);
  return <>{names.join(', ')}</>;
}

function Files({ files }: { files: Record<string, string> }) {
  return (
    <div className="se-catalog-name">
      {Object.entries(files).map(([name, sha256]) => (
        <Typography.Text key={name} copyable={{ text: sha256 }} title={sha256}>
          <code>{name}</code> {sha256.slice(0, 12)}…
        </Typography.Text>
      ))}
    </div>
  );
}

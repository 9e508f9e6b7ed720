/** The keys and what became of them. */
import { useQueryClient } from '@tanstack/react-query';
import { App, Button, Flex, Table, Tag, Tooltip, type TableColumnsType } from 'antd';
import { api, ask, type Schemas } from '~/api/client';
import { keys } from '~/api/queries';
import { useWords } from '~/i18n/words';
import { Failure } from '~/parts/failure';
import { useNow } from '~/parts/now';
import { rightsWords } from '~/parts/rights-words';
import { When } from '~/parts/when';
import { endOf } from './ends';
import { words } from './words';

type ApiKey = Schemas['ApiKey'];

const COLOURS = { active: 'green', expired: 'default', revoked: 'default' } as const;

export function KeyTable({ list }: { list: ApiKey[] }) {
  const say = useWords(words);
  const sayRight = useWords(rightsWords);
  const now = useNow();
  const columns: TableColumnsType<ApiKey> = [
    {
      title: say('name'),
      key: 'name',
      render: (_, { name, id }) => (
        <div>
          <strong>{name}</strong>
          <div className="se-quiet se-number">{id}</div>
        </div>
      ),
    },
    {
      title: say('scopes'),
      dataIndex: 'scopes',
      render: (scopes: ApiKey['scopes']) => (
        <Flex gap={4} wrap className="se-scopes">
          {scopes.map((scope) => (
            <Tooltip key={scope} title={sayRight(scope)}>
              <Tag>{scope}</Tag>
            </Tooltip>
          ))}
        </Flex>
      ),
    },
    { title: say('owner'), dataIndex: 'owner' },
    { title: say('created'), dataIndex: 'created_at', render: (at: string) => <When at={at} /> },
    {
      title: say('expires'),
      dataIndex: 'expires_at',
      render: (at: string | null) => <When at={at} as="clock" none={say('noExpiry')} />,
    },
    {
      title: say('used'),
      dataIndex: 'used_at',
      render: (at: string | null) => <When at={at} none={say('unused')} />,
    },
    {
      title: say('state'),
      key: 'state',
      render: (_, key) => {
        const end = endOf(key, now);
        return <Tag color={COLOURS[end]}>{say(end)}</Tag>;
      },
    },
    {
      key: 'do',
      align: 'right',
      render: (_, key) => endOf(key, now) === 'active' && <Revoke apiKey={key} />,
    },
  ];
  return (
    <Table<ApiKey>
      rowKey="id"
      size="middle"
      columns={columns}
      dataSource={list}
      pagination={list.length > 50 ? { pageSize: 50 } : false}
      scroll={{ x: 'max-content' }}
    />
  );
}

function Revoke({ apiKey }: { apiKey: ApiKey }) {
  const say = useWords(words);
  const client = useQueryClient();
  const { modal } = App.useApp();
  const revoke = async (): Promise<void> => {
    try {
      await ask(api.DELETE('/api/v1/keys/{key}', { params: { path: { key: apiKey.id } } }));
      await client.invalidateQueries({ queryKey: keys.apiKeys });
    } catch (error) {
      modal.error({ title: apiKey.name, content: <Failure error={error} small /> });
    }
  };
  return (
    <Button
      size="small"
      danger
      onClick={() => {
        modal.confirm({
          title: say('revokeAsk', { name: apiKey.name }),
          content: say('revokeHint'),
          okText: say('revoke'),
          okButtonProps: { danger: true },
          cancelText: say('cancel'),
          onOk: revoke,
        });
      }}
    >
      {say('revoke')}
    </Button>
  );
}

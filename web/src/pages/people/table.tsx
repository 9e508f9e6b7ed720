/** The people, and what can be done about each. */
import { MoreOutlined } from '@ant-design/icons';
import { useQueryClient } from '@tanstack/react-query';
import { App, Button, Dropdown, Flex, Table, Tag, type TableColumnsType } from 'antd';
import { api, ask, type Schemas } from '~/api/client';
import { keys } from '~/api/queries';
import { useLanguage, useWords } from '~/i18n/words';
import { Failure } from '~/parts/failure';
import { useNow } from '~/parts/now';
import { rightsWords } from '~/parts/rights-words';
import { useSession } from '~/parts/session';
import { parseTime, shortTime } from '~/parts/time';
import { When } from '~/parts/when';
import { words } from './words';

type User = Schemas['User'];

interface PeopleTableProps {
  users: User[];
  onChange: (user: User) => void;
  onPassword: (given: Schemas['FirstPassword']) => void;
}

export function PeopleTable({ users, onChange, onPassword }: PeopleTableProps) {
  const say = useWords(words);
  const sayRight = useWords(rightsWords);
  const { session } = useSession();
  const columns: TableColumnsType<User> = [
    {
      title: say('name'),
      dataIndex: 'name',
      render: (name: string) => (
        <Flex gap={6} align="center">
          <strong>{name}</strong>
          {name === session?.user && <Tag>{say('self')}</Tag>}
        </Flex>
      ),
    },
    {
      title: say('role'),
      key: 'role',
      render: (_, { role, originals }) => (
        <Flex gap={6}>
          <span>{sayRight(role)}</span>
          {originals && <Tag color="purple">{say('originalsShort')}</Tag>}
        </Flex>
      ),
    },
    { title: say('state'), key: 'state', render: (_, user) => <PersonState user={user} /> },
    {
      title: say('seen'),
      dataIndex: 'seen_at',
      render: (at: string | null) => <When at={at} none={say('never')} />,
    },
    { title: say('created'), dataIndex: 'created_at', render: (at: string) => <When at={at} /> },
    {
      key: 'do',
      align: 'right',
      render: (_, user) => <PersonMenu user={user} onChange={onChange} onPassword={onPassword} />,
    },
  ];
  return (
    <Table<User>
      rowKey="name"
      size="middle"
      columns={columns}
      dataSource={users}
      pagination={users.length > 50 ? { pageSize: 50 } : false}
      scroll={{ x: 'max-content' }}
    />
  );
}

function PersonState({ user }: { user: User }) {
  const say = useWords(words);
  const language = useLanguage();
  const now = useNow();
  const locked = parseTime(user.locked_until);
  if (user.disabled) return <Tag>{say('disabled')}</Tag>;
  if (locked !== null && locked > now) {
    return <Tag color="red">{say('locked', { time: shortTime(locked, now, language) })}</Tag>;
  }
  if (user.must_change) return <Tag color="orange">{say('due')}</Tag>;
  return <Tag color="green">{say('active')}</Tag>;
}

function PersonMenu({ user, onChange, onPassword }: Omit<PeopleTableProps, 'users'> & { user: User }) {
  const say = useWords(words);
  const client = useQueryClient();
  const { modal } = App.useApp();
  const { name } = user;
  const path = { params: { path: { name } } };
  const fail = (error: unknown): void => {
    modal.error({ title: name, content: <Failure error={error} small /> });
  };
  const renew = () => client.invalidateQueries({ queryKey: keys.people });
  const able = async (disabled: boolean): Promise<void> => {
    try {
      await ask(api.PATCH('/api/v1/users/{name}', { ...path, body: { disabled } }));
      await renew();
    } catch (error) {
      fail(error);
    }
  };
  const reset = async (): Promise<void> => {
    try {
      onPassword(await ask(api.POST('/api/v1/users/{name}/password', path)));
      await renew();
    } catch (error) {
      fail(error);
    }
  };
  const onClick = ({ key }: { key: string }): void => {
    if (key === 'reset') {
      modal.confirm({
        title: say('resetAsk', { name }),
        content: say('resetHint'),
        okText: say('reset'),
        cancelText: say('cancel'),
        onOk: reset,
      });
    } else if (user.disabled) void able(false);
    else {
      modal.confirm({
        title: say('disableAsk', { name }),
        content: say('disableHint'),
        okText: say('disable'),
        okButtonProps: { danger: true },
        cancelText: say('cancel'),
        onOk: () => able(true),
      });
    }
  };
  return (
    <Flex gap={4} justify="flex-end">
      <Button
        size="small"
        onClick={() => {
          onChange(user);
        }}
      >
        {say('change')}
      </Button>
      <Dropdown
        trigger={['click']}
        menu={{
          onClick,
          items: [
            { key: 'reset', label: say('reset') },
            { key: 'able', label: say(user.disabled ? 'enable' : 'disable'), danger: !user.disabled },
          ],
        }}
      >
        <Button size="small" icon={<MoreOutlined />} aria-label={say('more', { name })} />
      </Dropdown>
    </Flex>
  );
}

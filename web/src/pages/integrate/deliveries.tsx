/** Destinations: where events are delivered to, how far they are, what was refused for good. */
import { PlusOutlined } from '@ant-design/icons';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button, Card, Flex, Modal, Popconfirm, Table, Tag, Typography } from 'antd';
import { useState } from 'react';
import { api, ask, type Schemas } from '~/api/client';
import { keys } from '~/api/queries';
import { useWords } from '~/i18n/words';
import { Empty } from '~/parts/empty';
import { Failure } from '~/parts/failure';
import { Loaded } from '~/parts/loaded';
import { useSession } from '~/parts/session';
import { When } from '~/parts/when';
import { DestinationDrawer } from './destination-drawer';
import { words } from './words';

export type Destination = Schemas['Destination'];

export function Deliveries() {
  const say = useWords(words);
  const { may } = useSession();
  const [edited, setEdited] = useState<Destination | 'new' | null>(null);
  const [dead, setDead] = useState<string | null>(null);
  const query = useQuery({
    queryKey: keys.destinations(),
    queryFn: () => ask(api.GET('/api/v1/destinations')),
    refetchInterval: 5_000,
  });
  const add = may('destinations.write') && (
    <Button icon={<PlusOutlined />} onClick={() => { setEdited('new'); }}>{say('add')}</Button>
  );
  return (
    <>
      <Loaded query={query} rows={3}>
        {(destinations) =>
          destinations.length === 0 ? (
            <Empty title={say('destinationsNone')} hint={say('destinationsNoneHint')} action={add} />
          ) : (
            <Flex vertical gap={12} align="flex-start">
              {add}
              <div className="se-destinations">
                {destinations.map((one) => (
                  <DestinationCard key={one.id} one={one} onEdit={() => { setEdited(one); }} onDead={() => { setDead(one.id); }} />
                ))}
              </div>
            </Flex>
          )
        }
      </Loaded>
      {edited !== null && <DestinationDrawer destination={edited === 'new' ? null : edited} onClose={() => { setEdited(null); }} />}
      {dead !== null && <DeadLetters id={dead} onClose={() => { setDead(null); }} />}
    </>
  );
}

function DestinationCard({ one, onEdit, onDead }: { one: Destination; onEdit: () => void; onDead: () => void }) {
  const say = useWords(words);
  const { may } = useSession();
  const client = useQueryClient();
  const { message } = App.useApp();
  const remove = useMutation({
    mutationFn: () => ask(api.DELETE('/api/v1/destinations/{destination}', { params: { path: { destination: one.id } } })),
    onSuccess: async () => {
      void message.success(say('removed'));
      await client.invalidateQueries({ queryKey: keys.destinations() });
    },
  });
  return (
    <Card size="small" title={<code>{one.id}</code>} extra={!one.enabled && <Tag>{say('off')}</Tag>}>
      <Flex vertical gap={8}>
        <Typography.Text ellipsis={{ tooltip: one.url }}>{one.url}</Typography.Text>
        <Flex gap={4} wrap>
          <Tag variant="filled">{say(`type_${one.type}`)}</Tag>
          <Tag variant="filled">{say(`audience_${one.audience}`)}</Tag>
          <Tag variant="filled">{say('pictures')}: {say(`pictures_${one.pictures}`)}</Tag>
        </Flex>
        <Flex gap={8} align="center" wrap>
          <Typography.Text type={one.waiting > 0 ? 'warning' : 'secondary'}>
            {one.waiting > 0 ? say('waiting', { count: one.waiting }) : say('upToDate')}
          </Typography.Text>
          {one.dead_letters > 0 && <Button size="small" danger type="link" onClick={onDead}>{say('dead', { count: one.dead_letters })}</Button>}
        </Flex>
        {remove.isError && <Failure error={remove.error} small />}
        {may('destinations.write') && (
          <Flex gap={8}>
            <Button size="small" onClick={onEdit}>{say('edit')}</Button>
            <Popconfirm
              title={say('removeAsk')}
              description={say('removeHint')}
              okText={say('remove')}
              cancelText={say('cancel')}
              onConfirm={() => { remove.mutate(); }}
            >
              <Button size="small" danger>{say('remove')}</Button>
            </Popconfirm>
          </Flex>
        )}
      </Flex>
    </Card>
  );
}

function DeadLetters({ id, onClose }: { id: string; onClose: () => void }) {
  const say = useWords(words);
  const { may } = useSession();
  const client = useQueryClient();
  const { message } = App.useApp();
  const again = useMutation({
    mutationFn: () =>
      ask(api.POST('/api/v1/destinations/{destination}/dead-letters/redrive', { params: { path: { destination: id } }, body: {} })),
    onSuccess: async ({ events }) => {
      void message.success(say('redriven', { count: events }));
      await client.invalidateQueries({ queryKey: keys.destinations() });
    },
  });
  const query = useQuery({
    queryKey: keys.destinations(id, 'dead'),
    queryFn: () =>
      ask(api.GET('/api/v1/destinations/{destination}/dead-letters', { params: { path: { destination: id } } })),
  });
  return (
    <Modal
      open
      footer={may('destinations.write') && <Button loading={again.isPending} onClick={() => { again.mutate(); }}>{say('redrive')}</Button>}
      width={720}
      title={say('deadTitle', { id })}
      onCancel={onClose}
    >
      {again.isError && <Failure error={again.error} small />}
      <Loaded query={query} rows={3}>
        {(letters) => (
          <Table
            rowKey="event_id"
            size="small"
            dataSource={letters}
            columns={[
              { key: 'seq', title: say('seq'), dataIndex: 'seq' },
              { key: 'at', title: say('at'), render: (_, { at }) => <When at={at} as="full" /> },
              { key: 'why', title: say('why'), dataIndex: 'why' },
              { key: 'event', title: say('event'), render: (_, { event_id }) => <code>{event_id}</code> },
            ]}
          />
        )}
      </Loaded>
    </Modal>
  );
}

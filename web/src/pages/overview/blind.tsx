/** What should be watched now and is not, and why. */
import { CheckCircleOutlined } from '@ant-design/icons';
import { Button, Flex, Table, Typography, type TableColumnsType } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import type { Schemas } from '~/api/client';
import { useText, useWords } from '~/i18n/words';
import { KindTag } from '~/parts/tags';
import { When } from '~/parts/when';
import { words } from './words';

type BlindPair = Schemas['BlindPair'];

const FIRST = 8;

export function BlindList({ blind }: { blind: BlindPair[] }) {
  const say = useWords(words);
  const text = useText();
  const [all, setAll] = useState(false);
  if (blind.length === 0) {
    return (
      <Flex gap={8} align="center">
        <CheckCircleOutlined className="se-good" />
        {say('blindNone')}
      </Flex>
    );
  }
  const columns: TableColumnsType<BlindPair> = [
    {
      title: say('camera'),
      key: 'camera',
      render: (_, { camera, camera_name }) => (
        <Link to={`/cameras/${encodeURIComponent(camera)}`}>{camera_name}</Link>
      ),
    },
    {
      title: say('algorithm'),
      dataIndex: 'algorithm',
      render: (algorithm: string) => <KindTag kind={algorithm} />,
    },
    { title: say('why'), key: 'why', render: (_, pair) => text(pair.because_words) || pair.because },
    { title: say('since'), dataIndex: 'since', render: (since: string) => <When at={since} /> },
  ];
  return (
    <Flex vertical gap={12} align="flex-start">
      <Typography.Text type="secondary">{say('blindHint')}</Typography.Text>
      <Table<BlindPair>
        rowKey={({ camera, algorithm }) => `${camera} ${algorithm}`}
        size="small"
        className="se-full"
        pagination={false}
        columns={columns}
        dataSource={all ? blind : blind.slice(0, FIRST)}
        scroll={{ x: 'max-content' }}
      />
      {!all && blind.length > FIRST && (
        <Button
          type="link"
          onClick={() => {
            setAll(true);
          }}
        >
          {say('showAll', { count: blind.length })}
        </Button>
      )}
    </Flex>
  );
}

/** Entries of the chain; one opens to its detail. */
import { Table, Tooltip, Typography, type TableColumnsType } from 'antd';
import type { Schemas } from '~/api/client';
import { useWords } from '~/i18n/words';
import { When } from '~/parts/when';
import { useActionName } from './actions';
import { words } from './words';

type Entry = Schemas['AuditEntry'];

export function AuditTable({ entries }: { entries: Entry[] }) {
  const say = useWords(words);
  const { action: nameOf } = useActionName();
  const columns: TableColumnsType<Entry> = [
    { title: say('n'), dataIndex: 'n', width: 90, className: 'se-number' },
    { title: say('at'), dataIndex: 'at', width: 210, render: (at: string) => <When at={at} as="full" /> },
    { title: say('actor'), dataIndex: 'actor', width: 160 },
    {
      title: say('action'),
      dataIndex: 'action',
      width: 240,
      render: (action: string) => (
        <Tooltip title={action}>
          <span>{nameOf(action)}</span>
        </Tooltip>
      ),
    },
    { title: say('object'), dataIndex: 'object', render: (object: string) => <span className="se-break">{object}</span> },
  ];
  return (
    <Table<Entry>
      rowKey="n"
      size="small"
      className="se-full"
      columns={columns}
      dataSource={entries}
      pagination={false}
      scroll={{ x: 900 }}
      expandable={{ expandRowByClick: true, expandedRowRender: (entry) => <Detail entry={entry} /> }}
    />
  );
}

function Detail({ entry }: { entry: Entry }) {
  const say = useWords(words);
  return (
    <div>
      {Object.keys(entry.detail).length > 0 && (
        <pre className="se-code">{JSON.stringify(entry.detail, null, 2)}</pre>
      )}
      <Typography.Text type="secondary" className="se-break">
        {say('hash')}: {entry.hash}
      </Typography.Text>
    </div>
  );
}

/** Entries of the chain; one opens to its detail. */
import { Button, Flex, Table, Tooltip, Typography, type TableColumnsType } from 'antd';
import type { Schemas } from '~/api/client';
import { useWords } from '~/i18n/words';
import { When } from '~/parts/when';
import { useActionName } from './actions';
import { words } from './words';

type Entry = Schemas['AuditEntry'];

/** Our own processes: what they write is not the act of a person. */
const SYSTEM: ReadonlySet<string> = new Set(['inference', 'system']);

interface AuditTableProps {
  entries: Entry[];
  /** Show only what one person did, or what was done to one thing. */
  onFilter: (filter: { actor?: string; object?: string }) => void;
}

export function AuditTable({ entries, onFilter }: AuditTableProps) {
  const say = useWords(words);
  const { action: nameOf } = useActionName();
  const columns: TableColumnsType<Entry> = [
    { title: say('n'), dataIndex: 'n', width: 90, className: 'se-number' },
    { title: say('at'), dataIndex: 'at', width: 250, render: (at: string) => <When at={at} as="full" /> },
    {
      title: say('actor'),
      dataIndex: 'actor',
      width: 160,
      render: (actor: string) => (SYSTEM.has(actor) ? <span className="se-quiet">{say('system')}</span> : actor),
    },
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
      expandable={{ expandRowByClick: true, expandedRowRender: (entry) => <Detail entry={entry} onFilter={onFilter} /> }}
    />
  );
}

function Detail({ entry, onFilter }: { entry: Entry; onFilter: AuditTableProps['onFilter'] }) {
  const say = useWords(words);
  return (
    <Flex vertical gap={8} align="flex-start">
      {Object.keys(entry.detail).length > 0 && (
        <pre className="se-code">{JSON.stringify(entry.detail, null, 2)}</pre>
      )}
      <Typography.Text type="secondary" className="se-break">
        {say('hash')}: {entry.hash}
      </Typography.Text>
      <Flex gap={8} wrap>
        <Button
          size="small"
          onClick={() => {
            onFilter({ actor: entry.actor });
          }}
        >
          {say('onlyActor', { actor: entry.actor })}
        </Button>
        {entry.object !== '' && (
          <Button
            size="small"
            onClick={() => {
              onFilter({ object: entry.object });
            }}
          >
            {say('onlyObject')}
          </Button>
        )}
      </Flex>
    </Flex>
  );
}

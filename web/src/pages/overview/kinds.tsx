/** How the incidents of each kind were judged. */
import { Table, Tooltip, type TableColumnsType } from 'antd';
import type { Schemas } from '~/api/client';
import { useWords } from '~/i18n/words';
import { KindTag } from '~/parts/tags';
import { words } from './words';

type KindCount = Schemas['KindCount'];

export function KindTable({ kinds }: { kinds: KindCount[] }) {
  const say = useWords(words);
  const number = { align: 'right', className: 'se-number' } as const;
  const columns: TableColumnsType<KindCount> = [
    { title: say('kind'), dataIndex: 'kind', render: (kind: string) => <KindTag kind={kind} /> },
    { title: say('raised'), dataIndex: 'opened', ...number },
    { title: say('stillWaiting'), dataIndex: 'waiting', ...number },
    { title: say('confirmed'), dataIndex: 'confirmed', ...number },
    { title: say('rejected'), dataIndex: 'rejected', ...number },
    { title: say('duplicate'), dataIndex: 'duplicate', ...number },
    {
      title: <Tooltip title={say('precisionHint')}>{say('precision')}</Tooltip>,
      dataIndex: 'precision',
      ...number,
      render: (precision: number | null) =>
        precision === null ? (
          <span className="se-quiet">{say('notJudged')}</span>
        ) : (
          `${String(Math.round(precision * 100))} %`
        ),
    },
  ];
  return (
    <Table<KindCount>
      rowKey="kind"
      size="small"
      pagination={false}
      columns={columns}
      dataSource={kinds}
      scroll={{ x: 'max-content' }}
    />
  );
}

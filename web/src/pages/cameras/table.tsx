/** Cameras as a table. */
import { Table, type TableColumnsType } from 'antd';
import { useMemo } from 'react';
import { Link } from 'react-router';
import { useWords } from '~/i18n/words';
import { CameraState } from '~/parts/camera-state';
import { When } from '~/parts/when';
import { AlgorithmMarks, AppliedMark } from './marks';
import type { Camera } from './queries';
import { Thumb } from './wall';
import { words } from './words';

interface CameraTableProps {
  cameras: Camera[];
  revision: number;
  away: boolean;
}

export const pageOf = (id: string): string => `/cameras/${encodeURIComponent(id)}`;

export function CameraTable({ cameras, revision, away }: CameraTableProps) {
  const say = useWords(words);
  const columns = useMemo<TableColumnsType<Camera>>(
    () => [
      { title: say('picture'), key: 'picture', width: 116, responsive: ['sm'], render: (_, camera) => <Link to={pageOf(camera.id)} tabIndex={-1}><Thumb camera={camera} quiet /></Link> },
      { title: say('camera'), key: 'camera', render: (_, camera) => <NameCell camera={camera} /> },
      {
        title: say('state'),
        key: 'state',
        render: (_, { state, state_words, state_since }) => (
          <div className="se-state-cell">
            <CameraState state={state} words={state_words} />
            {state_since !== null && <div className="se-quiet se-small se-since">{say('since')} <When at={state_since} /></div>}
          </div>
        ),
      },
      { title: say('algorithms'), key: 'algorithms', render: (_, camera) => <AlgorithmMarks camera={camera} told={camera.state !== 'live'} /> },
      {
        title: say('settings'),
        key: 'applied',
        responsive: ['md'],
        render: (_, camera) => <AppliedMark camera={camera} revision={revision} away={away} />,
      },
      {
        title: say('open'),
        key: 'open',
        align: 'right',
        responsive: ['sm'],
        render: (_, { id, open_incidents: n }) =>
          n > 0 ? <Link to={`/?camera=${encodeURIComponent(id)}`}>{n}</Link> : <span className="se-quiet">0</span>,
      },
    ],
    [say, revision, away],
  );
  return (
    <Table
      rowKey="id"
      size="middle"
      columns={columns}
      dataSource={cameras}
      pagination={false}
      scroll={{ x: 'max-content' }}
      className="se-camera-table"
    />
  );
}

function NameCell({ camera }: { camera: Camera }) {
  return (
    <div className="se-name-cell">
      <Link to={pageOf(camera.id)}>{camera.name || camera.id}</Link>
      <div className="se-quiet se-small">
        {[camera.name === '' ? '' : camera.id, camera.owner_unit].filter((part) => part !== '').join(' · ')}
      </div>
    </div>
  );
}

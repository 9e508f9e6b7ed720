/** Four figures, each with the way to what is behind it. */
import { Card, Typography } from 'antd';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { Schemas } from '~/api/client';
import { useWords } from '~/i18n/words';
import { Duration, When } from '~/parts/when';
import { words } from './words';

interface FigureProps {
  title: string;
  value: ReactNode;
  under: ReactNode;
  to?: string;
}

function Figure({ title, value, under, to }: FigureProps) {
  const card = (
    <Card size="small" hoverable={to !== undefined} className="se-figure">
      <Typography.Text type="secondary">{title}</Typography.Text>
      <div className="se-figure-value se-number">{value}</div>
      <Typography.Text type="secondary">{under}</Typography.Text>
    </Card>
  );
  return to === undefined ? card : <Link to={to}>{card}</Link>;
}

export function Figures({ data }: { data: Schemas['Overview'] }) {
  const say = useWords(words);
  const opened = data.kinds.reduce((sum, kind) => sum + kind.opened, 0);
  const cameras = Object.values(data.cameras).reduce((sum, n) => sum + n, 0);
  return (
    <div className="se-figures">
      <Figure
        title={say('waiting')}
        value={data.waiting}
        to="/"
        under={
          data.oldest_waiting_at === null ? (
            say('noneWaiting')
          ) : (
            <>
              {say('oldest')}
              <When at={data.oldest_waiting_at} />
            </>
          )
        }
      />
      <Figure title={say('opened')} value={opened} under={say('openedHint')} />
      <Figure
        title={say('decided')}
        value={<Duration seconds={data.median_decision_s} />}
        under={data.median_decision_s === null ? say('decidedNone') : ' '}
      />
      <Figure
        title={say('camerasLive')}
        value={data.cameras.live ?? 0}
        to="/cameras"
        under={cameras === 0 ? say('camerasNone') : say('camerasOf', { count: cameras })}
      />
    </div>
  );
}

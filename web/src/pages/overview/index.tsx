/** The last hours at a glance: what waits, what was raised, what is not being watched. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Card, Segmented } from 'antd';
import { useState } from 'react';
import { api, ask, type Schemas } from '~/api/client';
import { keys } from '~/api/queries';
import { useWords } from '~/i18n/words';
import { Loaded } from '~/parts/loaded';
import { Page } from '~/parts/page';
import { barsOf } from './bars';
import { BlindList } from './blind';
import { Cameras, Coverage } from './cameras';
import { Chart } from './chart';
import { Figures } from './figures';
import { KindTable } from './kinds';
import './overview.css';
import { words } from './words';

const PERIODS = [24, 168, 720] as const;

export default function OverviewPage() {
  const say = useWords(words);
  const [hours, setHours] = useState<(typeof PERIODS)[number]>(24);
  const overview = useQuery({
    queryKey: keys.overview(hours),
    queryFn: () => ask(api.GET('/api/v1/overview', { params: { query: { hours } } })),
    placeholderData: keepPreviousData,
    refetchInterval: 60_000,
  });
  return (
    <Page
      title={say('title')}
      extra={
        <Segmented
          aria-label={say('period')}
          value={hours}
          onChange={setHours}
          options={PERIODS.map((value) => ({ value, label: say(`last${value}`) }))}
        />
      }
    >
      <Loaded query={overview} rows={10}>
        {(data) => <Content data={data} />}
      </Loaded>
    </Page>
  );
}

function Content({ data }: { data: Schemas['Overview'] }) {
  const say = useWords(words);
  const now = Date.parse(data.now);
  return (
    <>
      <Figures data={data} />
      <div className="se-cards">
        <Card className="se-card-wide" title={say('byHour')}>
          <Chart bars={barsOf(data.by_hour, data.hours, now)} now={now} />
        </Card>
        <Card className="se-card-wide" title={say('blind')}>
          <BlindList blind={data.blind} />
        </Card>
        <Card className="se-card-wide" title={say('kinds')}>
          <KindTable kinds={data.kinds} />
        </Card>
        <Card title={say('cameras')}>
          <Cameras cameras={data.cameras} />
        </Card>
        <Card title={say('coverage')}>
          <Coverage coverage={data.coverage} />
        </Card>
      </div>
    </>
  );
}

/** Everything about an incident that explains it years later. */
import { Collapse, Descriptions, Typography } from 'antd';
import { Link } from 'react-router';
import { useWords, type Say } from '~/i18n/words';
import { When } from '~/parts/when';
import type { Incident } from './types';
import { label, percent } from './why';
import { words, type IncidentWord } from './words';

const SHARES = new Set(['area', 'share', 'sure', 'contrast']);
const HASH_SHOWN = 12;

export function Facts({ incident }: { incident: Incident }) {
  const say = useWords(words);
  const { camera, made_by: maker } = incident;
  const position =
    camera.lon === null || camera.lon === undefined
      ? ''
      : `${camera.lon.toFixed(6)}, ${(camera.lat ?? 0).toFixed(6)} (${camera.crs})`;
  return (
    <Collapse
      ghost
      className="si-facts"
      items={[
        {
          key: 'place',
          label: say('place'),
          children: (
            <Rows
              rows={[
                [
                  say('camera'),
                  <Link key="camera" to={`/cameras/${encodeURIComponent(camera.id)}`}>
                    {camera.name || camera.id}
                  </Link>,
                ],
                [say('owner'), camera.owner_unit],
                [say('placeCode'), camera.place_code],
                [say('gbId'), camera.gb_id],
                [say('position'), position],
              ]}
            />
          ),
        },
        {
          key: 'codes',
          label: say('codes'),
          children: (
            <Rows
              rows={Object.entries(incident.codes).map(([list, code]) => [list, code ?? say('noCode')])}
            />
          ),
        },
        {
          key: 'facts',
          label: say('facts'),
          children: (
            <Rows
              rows={[
                ['', say('score', { score: incident.score.toFixed(2) })],
                ...Object.entries(incident.facts)
                  .filter(([name]) => name !== 'zone')
                  .map(([name, value]): Row => [factName(name, say), factValue(name, value, say)]),
              ]}
            />
          ),
        },
        {
          key: 'made',
          label: say('madeBy'),
          children: (
            <Rows
              rows={[
                [say('algorithm'), `${maker.algorithm} ${maker.algorithm_version}`],
                ...Object.entries(maker.models).map(([model, hash]): Row => [
                  model,
                  <Hash key={model} hash={hash} />,
                ]),
                [say('clock'), clockName(maker.clock, say)],
                [say('revision'), String(maker.revision)],
                ...Object.entries(maker.parameters).map(([name, value]): Row => [
                  <code key={name}>{name}</code>,
                  typeof value === 'object' ? JSON.stringify(value) : String(value),
                ]),
                [
                  'ID',
                  <Typography.Text key="id" copyable code>
                    {incident.id}
                  </Typography.Text>,
                ],
              ]}
            />
          ),
        },
      ]}
    />
  );
}

type Row = [React.ReactNode, React.ReactNode];

function Rows({ rows }: { rows: Row[] }) {
  const shown = rows.filter(([, value]) => value !== '');
  return (
    <Descriptions
      size="small"
      column={1}
      items={shown.map(([name, value], index) => ({ key: index, label: name, children: value }))}
    />
  );
}

/** A weight hash: its beginning to compare by eye, the whole of it to copy. */
function Hash({ hash }: { hash: string }) {
  if (hash === '') return '–';
  return (
    <Typography.Text code copyable={{ text: hash }} title={hash}>
      {hash.slice(0, HASH_SHOWN)}
    </Typography.Text>
  );
}

const FACTS: Record<string, IncidentWord> = {
  label: 'fact_label',
  area: 'fact_area',
  contrast: 'fact_contrast',
  at_rest_since: 'fact_at_rest_since',
  share: 'fact_share',
  sure: 'fact_sure',
  level: 'fact_level',
  lying: 'fact_lying',
  sampled: 'fact_sampled',
  seen_gone: 'fact_seen_gone',
};

function factName(name: string, say: Say<IncidentWord>): string {
  const known = FACTS[name];
  return known === undefined ? name : say(known);
}

function factValue(name: string, value: string | number | boolean, say: Say<IncidentWord>): React.ReactNode {
  if (typeof value === 'boolean') return say(value ? 'yes' : 'no');
  if (typeof value === 'string') return name === 'label' ? label(value, say) : value;
  if (name === 'at_rest_since') return <When at={value * 1000} as="clock" />;
  return SHARES.has(name) ? percent(value) : String(value);
}

function clockName(clock: string, say: Say<IncidentWord>): string {
  if (clock === 'camera session') return say('clock_session');
  return clock === 'file' ? say('clock_file') : clock;
}

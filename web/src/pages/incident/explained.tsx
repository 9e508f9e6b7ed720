/** Why this fired: each test with its value and its limit, and how it went until then. */
import { CheckOutlined, CloseOutlined } from '@ant-design/icons';
import { Segmented } from 'antd';
import { useState } from 'react';
import { useLanguage, useText, useWords } from '~/i18n/words';
import { When } from '~/parts/when';
import { told } from './trace';
import { TraceChart } from './trace-chart';
import type { Explained, Incident } from './types';
import { words } from './words';

type Which = 'opened' | 'latest';

export function Why({ incident }: { incident: Incident }) {
  const say = useWords(words);
  const [which, setWhich] = useState<Which>('opened');
  const { opened, latest } = incident;
  const chosen = which === 'latest' ? latest : opened;
  const shown = chosen ?? opened ?? latest;
  if (shown === null) return null;
  return (
    <section className="si-explained" aria-label={say('whyFired')}>
      <div className="si-explained-head">
        <h3>{say(shown.change === 'cleared' ? 'whyOver' : shown.change === 'updated' ? 'whyStill' : 'whyFired')}</h3>
        {opened !== null && latest !== null && (
          <Segmented<Which>
            size="small"
            value={which}
            onChange={setWhich}
            options={[
              { value: 'opened', label: say(opened.change === 'opened' ? 'atOpening' : 'atFirst') },
              { value: 'latest', label: say(latest.change === 'cleared' ? 'atEnd' : 'atLatest') },
            ]}
          />
        )}
        <span className="si-quiet">
          <When at={shown.at} as="clock" />
        </span>
      </div>
      <Measures shown={shown} />
      {shown.trace !== null && shown.trace.samples.length > 1 && (
        <TraceChart
          key={shown.at}
          trace={shown.trace}
          risen={incident.levels.map(({ at }) => at)}
          cleared={shown.change === 'cleared' ? shown.at : null}
        />
      )}
    </section>
  );
}

function Measures({ shown }: { shown: Explained }) {
  const say = useWords(words);
  const text = useText();
  const language = useLanguage();
  if (shown.measures.length === 0) return null;
  return (
    <table className="si-measures">
      <thead>
        <tr>
          <th scope="col">{say('testName')}</th>
          <th scope="col">{say('testValue')}</th>
          <th scope="col">{say('testLimit')}</th>
          <th scope="col">{say('testMet')}</th>
        </tr>
      </thead>
      <tbody>
        {shown.measures.map((one) => (
          <tr key={one.name}>
            <th scope="row">{text(one.words)}</th>
            <td>{told(one, one.value, language)}</td>
            <td>
              {say(one.above ? 'atLeast' : 'atMost')} {told(one, one.limit, language)}
            </td>
            <td className={one.met ? 'si-met' : 'si-unmet'}>
              {one.met ? <CheckOutlined aria-hidden /> : <CloseOutlined aria-hidden />} <span>{say(one.met ? 'met' : 'unmet')}</span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

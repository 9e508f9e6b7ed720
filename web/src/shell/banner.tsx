/** What is away, since when, and what still works; and, for some seconds, that it is back. */
import { Alert } from 'antd';
import { useLive } from '~/api/live';
import { outages, recent, type Outage, type Part, type Process } from '~/api/live-state';
import { useLanguage, useWords } from '~/i18n/words';
import { useNow } from '~/parts/now';
import { duration, shortTime } from '~/parts/time';
import { words } from './words';

/** A restart of a second needs no word before it is over. */
const CALM_MS = 1500;

export function Banner() {
  const live = useLive();
  const now = useNow('second');
  const away = outages(live).filter(
    ({ part, since }) => part !== 'link' || since === null || now - since >= CALM_MS,
  );
  const back = recent(live.returned, now);
  const wrong = live.link === 'lost' ? [] : live.processes.filter(isWrong);
  if (away.length + back.length + wrong.length === 0 && live.link !== 'polling') return null;
  return (
    <div className="se-banner" aria-live="polite">
      {away.map((outage) => (
        <Away key={outage.part} outage={outage} now={now} />
      ))}
      {wrong.map((process) => (
        <Wrong key={process.name} process={process} />
      ))}
      {back.map(({ part, awayMs, at }) => (
        <Back key={`${part} ${String(at)}`} part={part} awayMs={awayMs} />
      ))}
      {live.link === 'polling' && <Polling />}
    </div>
  );
}

function isWrong(process: Process): boolean {
  return !process.away && Object.keys(process.wrong).length > 0;
}

function Away({ outage, now }: { outage: Outage; now: number }) {
  const say = useWords(words);
  const language = useLanguage();
  const { part, since } = outage;
  return (
    <Alert
      banner
      type={part === 'link' ? 'error' : 'warning'}
      title={
        since === null
          ? say(`away.${part}`)
          : say(`awaySince.${part}`, { time: shortTime(since, now, language) })
      }
      description={say(`works.${part}`)}
    />
  );
}

function Back({ part, awayMs }: { part: Part; awayMs: number }) {
  const say = useWords(words);
  const language = useLanguage();
  const span = duration(Math.max(1, Math.round(awayMs / 1000)), language);
  return <Alert banner type="success" title={say(`back.${part}`, { span })} />;
}

function Wrong({ process }: { process: Process }) {
  const say = useWords(words);
  return (
    <Alert
      banner
      type="warning"
      title={say(`wrong.${process.name}`)}
      description={Object.entries(process.wrong).map(([part, why]) => (
        <div key={part}>
          {part}: {why}
        </div>
      ))}
    />
  );
}

function Polling() {
  const say = useWords(words);
  return <Alert banner type="info" title={say('polling')} />;
}

/** Small marks that list and page share: whether it is still there, how grave it is. */
import { Tag } from 'antd';
import { useText, useWords } from '~/i18n/words';
import { When } from '~/parts/when';
import type { Summary } from './types';
import { words } from './words';

/** `brief`: without the time since when. */
export function PresenceMark({ incident, brief = false }: { incident: Summary; brief?: boolean }) {
  const say = useWords(words);
  const { presence, cleared_at: cleared } = incident;
  return (
    <span className={`si-presence si-presence-${presence}`}>
      <i aria-hidden /> {say(presence)}
      {presence === 'gone' && cleared && !brief && (
        <>
          {' '}
          <When at={cleared} />
        </>
      )}
    </span>
  );
}

const COLOURS: Record<string, string> = { urgent: 'magenta', high: 'red', medium: 'orange', low: 'default' };
const KNOWN = ['low', 'medium', 'high', 'urgent'] as const;

/** Says whether somebody should look at it before the others. */
export function isGrave(severity: string): boolean {
  return severity === 'high' || severity === 'urgent';
}

/** How grave it became, by its own name; nothing at the least level. */
export function LevelTag({ incident }: { incident: Summary }) {
  const say = useWords(words);
  const text = useText();
  const { level, level_name: name, severity } = incident;
  if (level === 0) return null;
  return <Tag color={COLOURS[severity] ?? 'default'}>{text(name) || say('level', { level: level + 1 })}</Tag>;
}

export function SeverityTag({ severity }: { severity: string }) {
  const say = useWords(words);
  const known = KNOWN.find((one) => one === severity);
  const level = known === undefined ? severity : say(`severity_${known}`);
  return <Tag color={COLOURS[severity] ?? 'default'}>{say('severity', { level })}</Tag>;
}

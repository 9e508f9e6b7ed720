/** Times and durations on a page. */
import { Tooltip } from 'antd';
import { useLanguage } from '~/i18n/words';
import { useNow } from './now';
import { absolute, duration, parseTime, relative, shortTime } from './time';

interface WhenProps {
  at: string | number | null | undefined;
  /** 'relative' (default): '3 min ago', the time on hover; 'clock': '14:02', the rest on hover. */
  as?: 'relative' | 'clock' | 'full';
  /** What stands there when there is no time. */
  none?: string;
}

/** A moment in the time zone of the browser. */
export function When({ at, as = 'relative', none = '–' }: WhenProps) {
  const language = useLanguage();
  const now = useNow();
  const ms = parseTime(at);
  if (ms === null) return <span>{none}</span>;
  const full = absolute(ms, language);
  const soft = relative(ms, Math.max(now, 0), language);
  const shown = as === 'relative' ? soft : as === 'clock' ? shortTime(ms, now, language) : full;
  return (
    <Tooltip title={as === 'relative' ? full : as === 'clock' ? `${full} · ${soft}` : soft}>
      <time dateTime={new Date(ms).toISOString()} className="se-number">
        {shown}
      </time>
    </Tooltip>
  );
}

/** A length of time, '2 h 5 min'. */
export function Duration({ seconds }: { seconds: number | null | undefined }) {
  const language = useLanguage();
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return <span>–</span>;
  return <span className="se-number">{duration(seconds, language)}</span>;
}

/** The last 24 hours of an algorithm on a camera: when it looked, when it was blind, and why. */
import { Flex, Tooltip } from 'antd';
import { useLanguage, useText, useWords } from '~/i18n/words';
import { useNow } from '~/parts/now';
import { duration } from '~/parts/time';
import { stretches, sums, type Interval, type Stretch } from './stretches';
import { words } from './words';

const DAY_MS = 86_400_000;

interface CoverageProps {
  intervals: Interval[] | undefined;
  failed: boolean;
  /** As the service reckons it. */
  share: number | null;
}

export function Coverage({ intervals, failed, share }: CoverageProps) {
  const say = useWords(words);
  const language = useLanguage();
  const text = useText();
  const now = useNow();
  const to = Math.max(now, ...(intervals ?? []).map((i) => Date.parse(i.end ?? i.start)));
  const bar = intervals ? stretches(intervals, to - DAY_MS, to) : [];
  const sum = sums(bar);
  const worst = sum.reasons[0];
  const percent = share === null ? '–' : `${(Math.floor(share * 1000) / 10).toFixed(1)} %`;
  return (
    <div className="se-coverage">
      <Flex justify="space-between" gap={8} className="se-small">
        <span>{say('coverage')}</span>
        <strong className="se-number">{percent}</strong>
      </Flex>
      <div className="se-bar" role="img" aria-label={say('coverageWords', { share: percent, blind: duration(sum.blind / 1000, language) })}>
        {bar.map((stretch) => (
          <Tooltip key={stretch.from} title={<StretchWords stretch={stretch} />}>
            <i className={`se-bar-${stretch.kind}`} style={{ flexGrow: (stretch.to - stretch.from) / DAY_MS }} />
          </Tooltip>
        ))}
      </div>
      <Flex justify="space-between" gap={8} className="se-small se-quiet">
        <span>{failed ? say('coverageFailed') : say('dayAgo')}</span>
        <span>{say('now')}</span>
      </Flex>
      {worst && worst.ms >= 60_000 && (
        <div className="se-small">
          {say('mostlyBlind', { why: text(worst.words), time: duration(worst.ms / 1000, language) })}
        </div>
      )}
    </div>
  );
}

function StretchWords({ stretch: { kind, words: why, from, to } }: { stretch: Stretch }) {
  const say = useWords(words);
  const text = useText();
  const language = useLanguage();
  const clock = (ms: number): string =>
    new Date(ms).toLocaleTimeString(language === 'zh' ? 'zh-CN' : 'en-GB', { hour: '2-digit', minute: '2-digit', hour12: false });
  const what = why === null || kind === 'watching' ? say(`stretch.${kind}`) : `${say(`stretch.${kind}`)}: ${text(why)}`;
  return (
    <>
      <div>{what}</div>
      <div className="se-number">{clock(from)} – {clock(to)} · {duration((to - from) / 1000, language)}</div>
    </>
  );
}

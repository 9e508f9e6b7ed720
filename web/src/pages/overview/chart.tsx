/** Bars over time, stacked by kind: plain SVG, readable by touch and screen readers. */
import { Flex, Tooltip, Typography } from 'antd';
import { useLanguage, useText, useWords } from '~/i18n/words';
import { useLifecycle } from '~/parts/lifecycle';
import { shortTime } from '~/parts/time';
import { type Bar, scaleOf } from './bars';
import { words } from './words';

const COLOURS: Record<string, string> = {
  illegal_parking: '#4c8df6',
  nonmotor_parking: '#7a6ff0',
  litter: '#d8a01d',
  flooding: '#2bb3b1',
  fall: '#ee5a5a',
};
const OTHER = '#8a94a6';
const HEIGHT = 140;

export function Chart({ bars, now }: { bars: Bar[]; now: number }) {
  const say = useWords(words);
  const text = useText();
  const language = useLanguage();
  const names = useLifecycle()?.kinds ?? {};
  const scale = scaleOf(bars);
  const kinds = [...new Set(bars.flatMap(({ opened }) => Object.keys(opened)))].sort();
  if (kinds.length === 0) return <Typography.Text type="secondary">{say('byHourNone')}</Typography.Text>;
  const middle = bars[Math.floor(bars.length / 2)];
  return (
    <div>
      <Flex gap={16} wrap className="se-legend">
        {kinds.map((kind) => (
          <span key={kind}>
            <i style={{ background: COLOURS[kind] ?? OTHER }} />
            {text(names[kind]) || kind}
          </span>
        ))}
      </Flex>
      <div className="se-chart">
        <span className="se-chart-scale">{scale}</span>
        <div className="se-bars" style={{ height: HEIGHT }}>
          {bars.map((bar) => {
            const caption = say('byHourCaption', {
              count: bar.total,
              from: shortTime(bar.from, now, language),
              to: shortTime(bar.to, now, language),
            });
            return (
              <Tooltip key={bar.from} title={caption}>
                <div className="se-bar" role="img" aria-label={caption}>
                  {kinds.map((kind) => (
                    <div
                      key={kind}
                      style={{
                        height: `${String(((bar.opened[kind] ?? 0) / scale) * 100)}%`,
                        background: COLOURS[kind] ?? OTHER,
                      }}
                    />
                  ))}
                </div>
              </Tooltip>
            );
          })}
        </div>
        <Flex justify="space-between" className="se-quiet se-number">
          <span>{shortTime(bars[0]?.from ?? now, now, language)}</span>
          <span>{middle && shortTime(middle.from, now, language)}</span>
          <span>{shortTime(now, now, language)}</span>
        </Flex>
      </div>
    </div>
  );
}

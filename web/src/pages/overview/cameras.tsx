/** Cameras by state, and how much of the wanted time was really looked. */
import { Flex, Progress, Typography } from 'antd';
import { Link } from 'react-router';
import { useWords } from '~/i18n/words';
import { toneOf } from '~/parts/camera-state';
import { KindTag } from '~/parts/tags';
import { useStateName } from '../cameras/states';
import { words } from './words';

export function Cameras({ cameras }: { cameras: Record<string, number> }) {
  const say = useWords(words);
  const nameOf = useStateName();
  const rows = Object.entries(cameras)
    .filter(([, n]) => n > 0)
    .sort(([, a], [, b]) => b - a);
  if (rows.length === 0) return <Typography.Text type="secondary">{say('camerasNone')}</Typography.Text>;
  return (
    <Flex vertical gap={10}>
      {rows.map(([state, n]) => (
        <Link key={state} to={`/cameras?state=${encodeURIComponent(state)}`} className="se-row-link">
          <span className={`se-dot se-dot-${toneOf(state)}`} aria-hidden />
          <span className="se-grow">{nameOf(state)}</span>
          <span className="se-number">{n}</span>
        </Link>
      ))}
    </Flex>
  );
}

export function Coverage({ coverage }: { coverage: Record<string, number> }) {
  const say = useWords(words);
  const rows = Object.entries(coverage);
  if (rows.length === 0) return <Typography.Text type="secondary">{say('coverageNone')}</Typography.Text>;
  return (
    <Flex vertical gap={8}>
      {rows.map(([algorithm, share]) => (
        <Flex key={algorithm} align="center" gap={8}>
          <span className="se-coverage-name">
            <KindTag kind={algorithm} />
          </span>
          <Progress
            percent={Math.floor(share * 1000) / 10}
            status={share < 0.9 ? 'exception' : 'normal'}
            size="small"
            format={(percent) => `${String(percent ?? 0)} %`}
          />
        </Flex>
      ))}
      <Typography.Text type="secondary">{say('coverageHint')}</Typography.Text>
    </Flex>
  );
}

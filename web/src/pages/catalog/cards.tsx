/** One card for each algorithm: what it looks for, where it is used, how it is set. */
import { Card, Flex, Tag, Typography } from 'antd';
import { Link } from 'react-router';
import { useText, useWords } from '~/i18n/words';
import { Loaded } from '~/parts/loaded';
import { KindTag } from '~/parts/tags';
import { useAlgorithms, type Algorithm } from './queries';
import { words } from './words';

export function AlgorithmCards() {
  const query = useAlgorithms();
  return (
    <Loaded query={query} rows={6}>
      {(algorithms) => (
        <div className="se-catalog-cards">
          {algorithms.map((algorithm) => (
            <AlgorithmCard key={algorithm.id} algorithm={algorithm} />
          ))}
        </div>
      )}
    </Loaded>
  );
}

function AlgorithmCard({ algorithm }: { algorithm: Algorithm }) {
  const say = useWords(words);
  const text = useText();
  const { cameras, settings } = algorithm;
  const set = Object.keys(settings).length;
  return (
    <Link to={`/catalog/${algorithm.id}`} className="se-catalog-card" data-algorithm={algorithm.id}>
      <Card
        hoverable
        size="small"
        title={text(algorithm.name)}
        extra={<KindTag kind={algorithm.kind} name={algorithm.name} />}
      >
        <Flex vertical gap={10}>
          <Typography.Text type="secondary">{text(algorithm.description)}</Typography.Text>
          <Flex gap={4} wrap>
            <Tag variant="filled">{say('version', { version: algorithm.version })}</Tag>
            <Tag variant="filled">{cameras > 0 ? say('cameras', { count: cameras }) : say('noCameras')}</Tag>
            <Tag variant="filled">{say('period', { seconds: algorithm.period_s })}</Tag>
            {set > 0 && <Tag variant="filled" color="blue">{say('settingsCount', { count: set })}</Tag>}
          </Flex>
        </Flex>
      </Card>
    </Link>
  );
}

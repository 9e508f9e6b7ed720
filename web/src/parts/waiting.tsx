/** Something is being fetched: a skeleton, and words when it takes long. */
import { Button, Flex, Skeleton, Typography } from 'antd';
import { useEffect, useState } from 'react';
import { useWords } from '~/i18n/words';
import { words } from './words';

const LONG_MS = 8000;

export function Waiting({ rows = 4, onRetry }: { rows?: number; onRetry?: () => void }) {
  const say = useWords(words);
  const [long, setLong] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => {
      setLong(true);
    }, LONG_MS);
    return () => {
      clearTimeout(timer);
    };
  }, []);
  return (
    <div role="status" aria-label={say('waiting')} className="se-waiting">
      <Skeleton active title={false} paragraph={{ rows }} />
      {long && (
        <Flex gap={12} align="center" wrap>
          <Typography.Text type="secondary">{say('waitingLong')}</Typography.Text>
          {onRetry !== undefined && (
            <Button size="small" onClick={onRetry}>
              {say('retry')}
            </Button>
          )}
        </Flex>
      )}
    </div>
  );
}

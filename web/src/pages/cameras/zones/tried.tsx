/** A test run on the newest picture: what was seen, in or out of the zones, and what follows. */
import { useMutation } from '@tanstack/react-query';
import { Alert, Flex, Tag } from 'antd';
import { api, ask, type Schemas } from '~/api/client';
import { useLanguage, useText, useWords } from '~/i18n/words';
import { useNow } from '~/parts/now';
import { parseTime, shortTime } from '~/parts/time';
import type { Size } from './geometry';
import { words } from './words';

export type Tried = Schemas['Tried'];

export interface Try {
  running: boolean;
  found: Tried | null;
  error: unknown;
  /** What was tried is not what is drawn any more. */
  outdated: boolean;
  run: () => void;
  forget: () => void;
}

export function useTry(camera: string, algorithm: string, body: Schemas['TryIn']): Try {
  const test = useMutation({
    mutationFn: (tried: Schemas['TryIn']) =>
      ask(api.POST('/api/v1/cameras/{camera}/tasks/{algorithm}/try', { params: { path: { camera, algorithm } }, body: tried })),
  });
  return {
    running: test.isPending,
    found: test.data ?? null,
    error: test.error,
    outdated: test.data !== undefined && JSON.stringify(test.variables) !== JSON.stringify(body),
    run: () => { test.mutate(body); },
    forget: () => { test.reset(); },
  };
}

export function Detections({ found, size }: { found: Tried; size: Size }) {
  const subjects = new Set(found.judged.subjects.map(({ box }) => box.join()));
  const extra = found.judged.subjects.filter(({ box }) => !found.detections.some((seen) => seen.box.join() === box.join()));
  return (
    <g pointerEvents="none">
      {[...found.detections, ...extra].map(({ label, score, box, zone }, i) => {
        const [x1, y1, x2, y2] = box;
        const kind = subjects.has(box.join()) ? 'subject' : zone === '' ? 'outside' : 'inside';
        return (
          <g key={i} className={`se-seen se-seen-${kind}`}>
            <rect x={x1 * size.width} y={y1 * size.height} width={(x2 - x1) * size.width} height={(y2 - y1) * size.height} />
            <text x={x1 * size.width + 3} y={Math.max(11, y1 * size.height - 4)}>{`${label} ${score.toFixed(2)}`}</text>
          </g>
        );
      })}
    </g>
  );
}

const TYPES = { candidate: 'warning', clear: 'success', needs_video: 'info' } as const;

export function TriedWords({ found, outdated }: { found: Tried; outdated: boolean }) {
  const say = useWords(words);
  const text = useText();
  const language = useLanguage();
  const now = useNow();
  const at = parseTime(found.captured_at) ?? now;
  const inside = found.detections.filter(({ zone }) => zone !== '').length;
  const outside = found.detections.length - inside;
  return (
    <Alert
      type={TYPES[found.judged.verdict]}
      showIcon
      data-verdict={found.judged.verdict}
      title={
        <Flex gap={8} wrap align="center">
          <strong>{say(`verdict.${found.judged.verdict}`)}</strong>
          <span className="se-quiet se-small">{say('testOf', { time: shortTime(at, now, language) })}</span>
        </Flex>
      }
      description={
        <Flex vertical gap={6}>
          <span>{text(found.judged.words)}</span>
          <Flex gap={4} wrap>
            {inside > 0 && <Tag color="green">{say('inside', { count: inside })}</Tag>}
            {outside > 0 && <Tag>{say('outside', { count: outside })}</Tag>}
            {found.detections.length === 0 && <span className="se-quiet">{say('seenNone')}</span>}
          </Flex>
          {outdated && <em>{say('changedSince')}</em>}
        </Flex>
      }
    />
  );
}

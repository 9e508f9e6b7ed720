/** Events as a subscriber gets them, live. */
import { Button, Collapse, Flex, Tag, Typography } from 'antd';
import { useEffect, useState } from 'react';
import { useWords } from '~/i18n/words';
import { Empty } from '~/parts/empty';
import { When } from '~/parts/when';
import { replayCall, streamCall } from './calls';
import { Code } from './code';
import { words } from './words';

/** What a CloudEvent surely has. */
interface CloudEvent {
  id: string;
  type: string;
  time?: string;
  subject?: string;
}

interface Received {
  seq: number;
  event: CloudEvent;
}

const KEPT = 30;
/** The last few events come first, so that the page is not empty until something happens. */
const BEFORE = 10;

export function EventTry() {
  const say = useWords(words);
  const [listens, setListens] = useState(false);
  const { received, broken } = useStream(listens);
  const last = received[0]?.seq ?? 0;
  return (
    <div className="se-integrate-split">
      <Flex vertical gap={12}>
        <Code title={say('stream')} text={streamCall(location.origin)} />
        <Code title={say('replay')} text={replayCall(location.origin, last)} />
      </Flex>
      <Flex vertical gap={12}>
        <Flex gap={12} align="center" wrap>
          <Button type={listens ? 'default' : 'primary'} onClick={() => { setListens(!listens); }}>
            {say(listens ? 'stop' : 'listen')}
          </Button>
          <Typography.Text type={broken ? 'warning' : 'secondary'} role="status">
            {say(broken ? 'broken' : listens ? 'listening' : 'idle')}
          </Typography.Text>
        </Flex>
        {listens && received.length === 0 && <Empty title={say('noEvents')} hint={say('noEventsHint')} />}
        {received.length > 0 && <EventList received={received} />}
      </Flex>
    </div>
  );
}

function EventList({ received }: { received: Received[] }) {
  const items = received.map(({ seq, event }) => ({
    key: seq,
    label: (
      <Flex gap={8} align="center" wrap>
        <span className="se-number">{seq}</span>
        <Tag>{event.type.replace(/^city\.sharp-eyes\./, '')}</Tag>
        <Typography.Text type="secondary">{event.subject}</Typography.Text>
        <When at={event.time} as="clock" />
      </Flex>
    ),
    children: <pre className="se-json">{JSON.stringify(event, null, 2)}</pre>,
  }));
  return <Collapse size="small" items={items} className="se-events" />;
}

/** Listen while asked to; the browser resumes by itself with the id of the last event. */
function useStream(listens: boolean): { received: Received[]; broken: boolean } {
  const [received, setReceived] = useState<Received[]>([]);
  const [broken, setBroken] = useState(false);
  useEffect(() => {
    if (!listens) return undefined;
    let source: EventSource | null = null;
    let ended = false;
    const open = async (): Promise<void> => {
      const after = Math.max(0, (await endOfLog()) - BEFORE);
      if (ended) return;
      source = new EventSource(`/api/v1/events/stream?after=${String(after)}`);
      source.onopen = () => { setBroken(false); };
      source.onerror = () => { setBroken(true); };
      source.onmessage = (message: MessageEvent<string>) => {
        const event = JSON.parse(message.data) as CloudEvent;
        const seq = Number(message.lastEventId);
        setReceived((some) => [{ seq, event }, ...some.filter((one) => one.seq !== seq)].slice(0, KEPT));
      };
    };
    open().catch(() => { setBroken(true); });
    return () => {
      ended = true;
      source?.close();
      setBroken(false);
    };
  }, [listens]);
  return { received, broken };
}

/** Where the log ends now, 0 when nobody says. */
async function endOfLog(): Promise<number> {
  const answer = await fetch('/api/v1/events?after=0&limit=1', { credentials: 'same-origin' });
  if (!answer.ok) return 0;
  const { end } = (await answer.json()) as { end: number };
  return end;
}

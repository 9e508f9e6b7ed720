/** The integrator's page: a key, a call, a subscription, a delivery, each tried on the spot. */
import { Button, Card, Flex, Typography } from 'antd';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { useWords } from '~/i18n/words';
import { Page } from '~/parts/page';
import { useSession, type Right } from '~/parts/session';
import { Deliveries } from './deliveries';
import { DetectTry } from './detect-try';
import { EventTry } from './event-try';
import { words } from './words';
import './integrate.css';

export default function IntegratePage() {
  const say = useWords(words);
  return (
    <Page
      title={say('title')}
      hint={say('hint')}
      extra={<Button href="/api/v1/openapi.json" target="_blank">{say('openapi')}</Button>}
    >
      <Flex vertical gap={16}>
        <Part title={say('keyTitle')} hint={say('keyHint')} rights={['keys.write']}>
          <Link to="/keys"><Button>{say('keyAction')}</Button></Link>
        </Part>
        <Part title={say('detectTitle')} hint={say('detectHint')} rights={['detect']}>
          <DetectTry />
        </Part>
        <Part title={say('eventsTitle')} hint={say('eventsHint')} rights={['events.read', 'events.read_all']}>
          <EventTry />
        </Part>
        <Part title={say('destinationsTitle')} hint={say('destinationsHint')} rights={['destinations.read']}>
          <Deliveries />
        </Part>
      </Flex>
    </Page>
  );
}

interface PartProps {
  title: string;
  hint: string;
  /** One of these is needed. */
  rights: Right[];
  children: ReactNode;
}

/** A step; who lacks the right reads which one, instead of an empty page. */
function Part({ title, hint, rights, children }: PartProps) {
  const say = useWords(words);
  const { may } = useSession();
  return (
    <Card size="small" title={title}>
      <Typography.Paragraph type="secondary">{hint}</Typography.Paragraph>
      {rights.some(may) ? children : <Typography.Text type="warning">{say('noRight', { right: rights[0] ?? '' })}</Typography.Text>}
    </Card>
  );
}

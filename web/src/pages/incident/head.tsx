/** What it is, where, why it was raised: what a reviewer reads before looking. */
import { ExportOutlined, LinkOutlined } from '@ant-design/icons';
import { App, Button, Tag, Tooltip } from 'antd';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from 'react-router';
import { api, ask } from '~/api/client';
import { keys } from '~/api/queries';
import { useLanguage, useText, useWords } from '~/i18n/words';
import { RightsGate } from '~/parts/session';
import { KindTag, StateTag } from '~/parts/tags';
import { When } from '~/parts/when';
import { LevelTag, PresenceMark, SeverityTag } from './marks';
import type { Incident } from './types';
import { useTask } from './use-incident';
import { why } from './why';
import { words } from './words';

interface HeadProps {
  incident: Incident;
  /** Whether it stands beside a list: then a link leads to its own page. */
  beside: boolean;
}

export function Head({ incident, beside }: HeadProps) {
  const say = useWords(words);
  const text = useText();
  const language = useLanguage();
  const told = why(incident, text(incident.kind_name), useTask(incident), say, language);
  const { camera } = incident;
  return (
    <header className="si-head">
      <div className="si-head-line">
        <KindTag kind={incident.kind} name={incident.kind_name} />
        <h2>{camera.name || camera.id}</h2>
        <StateTag state={incident.state} />
        <PresenceMark incident={incident} />
        <LevelTag incident={incident} />
        <SeverityTag severity={incident.severity} />
        {incident.template !== '' && (
          <Tooltip title={say('templateHint')}>
            <Tag color="purple">{templateName(incident.template, say)}</Tag>
          </Tooltip>
        )}
        {incident.muted && !incident.fixture && (
          <Tooltip title={say('mutedHint')}>
            <Tag>{say('muted')}</Tag>
          </Tooltip>
        )}
        <span className="si-head-links">
          <CopyLink id={incident.id} />
          {beside && (
            <Tooltip title={`${say('openFull')} · Enter`}>
              <Link to={`/incidents/${incident.id}`} aria-label={say('openFull')}>
                <ExportOutlined />
              </Link>
            </Tooltip>
          )}
        </span>
      </div>
      <p className="si-why">
        <strong>{told.seen}</strong>
        {told.limit !== '' && (
          <span>
            {' · '}
            {told.limit}
            {told.origin !== '' && <span className="si-quiet"> ({told.origin})</span>}
          </span>
        )}
        <span className="si-quiet">
          {' · '}
          {say('raised')} <When at={incident.opened_at} />
          {camera.owner_unit !== '' && ` · ${camera.owner_unit}`}
          {incident.merged > 0 && ` · ${say('merged', { count: incident.merged })}`}
          {incident.reopened > 0 && ` · ${say('reopened', { count: incident.reopened })}`}
        </span>
        {incident.previous !== '' && (
          <>
            {' · '}
            <Link to={`/incidents/${incident.previous}`}>{say('previousHere')}</Link>
          </>
        )}
        {incident.duplicate_of !== '' && (
          <>
            {' · '}
            <Link to={`/incidents/${incident.duplicate_of}`}>{say('duplicateOf')}</Link>
          </>
        )}
      </p>
      {told.cautions.map((caution) => (
        <p key={caution} className="si-warning">
          {caution}
        </p>
      ))}
      {incident.fixture && <Fixture incident={incident} />}
    </header>
  );
}

function templateName(
  template: string,
  say: (key: 'demo' | 'template', fill?: { name: string }) => string,
): string {
  return template === 'demo' ? say('demo') : say('template', { name: template });
}

/** A muted place says so, and how to end it. */
function Fixture({ incident }: { incident: Incident }) {
  const say = useWords(words);
  const client = useQueryClient();
  const { message } = App.useApp();
  const lift = async (): Promise<void> => {
    try {
      const fresh = await ask(
        api.DELETE('/api/v1/incidents/{incident}/fixture', { params: { path: { incident: incident.id } } }),
      );
      client.setQueryData(keys.incident(incident.id), fresh);
      void message.success(say('lifted'));
    } catch (error) {
      void message.error(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <p className="si-warning">
      {say('fixtureHint')}{' '}
      <RightsGate right="incidents.decide">
        <Button size="small" onClick={() => void lift()}>
          {say('lift')}
        </Button>
      </RightsGate>
    </p>
  );
}

function CopyLink({ id }: { id: string }) {
  const say = useWords(words);
  const { message } = App.useApp();
  const copy = (): void => {
    // Plain HTTP on an intranet has no clipboard; the address bar still has the link.
    void navigator.clipboard
      ?.writeText(`${location.origin}/incidents/${id}`)
      .then(() => message.success(say('copied'), 1));
  };
  if (!('clipboard' in navigator)) return null;
  return (
    <Tooltip title={say('copyLink')}>
      <Button size="small" type="text" icon={<LinkOutlined />} aria-label={say('copyLink')} onClick={copy} />
    </Tooltip>
  );
}

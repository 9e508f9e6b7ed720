/** One algorithm: what it is, and its parameters for all cameras. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Card, Descriptions, Flex, Tag, Typography } from 'antd';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { api, ask } from '~/api/client';
import { ApiProblem } from '~/api/problem';
import { keys } from '~/api/queries';
import { useLanguage, useText, useWords } from '~/i18n/words';
import { Failure } from '~/parts/failure';
import { Loaded } from '~/parts/loaded';
import { Page } from '~/parts/page';
import { inherited, SchemaForm, wrongFields } from '~/parts/schema-form';
import { useSession } from '~/parts/session';
import { KindTag } from '~/parts/tags';
import { parameterErrors } from './errors';
import { AppliedNote, type Saved } from './applied-note';
import { useAlgorithm, type Algorithm } from './queries';
import { words } from './words';
import './catalog.css';

export default function AlgorithmPage() {
  const { algorithm: id = '' } = useParams();
  const say = useWords(words);
  const text = useText();
  const query = useAlgorithm(id);
  const [saved, setSaved] = useState<Saved | null>(null);
  return (
    <Page
      title={text(query.data?.name) || id}
      hint={text(query.data?.description)}
      tags={query.data && <KindTag kind={query.data.kind} />}
      above={[{ title: say('title'), to: '/catalog' }]}
    >
      <Loaded query={query} rows={8}>
        {(algorithm) => (
          <div className="se-catalog-split">
            {/* Another version of the values is another form. */}
            <Parameters key={JSON.stringify(algorithm.settings)} algorithm={algorithm} saved={saved} onSaved={setSaved} />
            <Flex vertical gap={16}>
              <About algorithm={algorithm} />
              <Overridden algorithm={algorithm} />
            </Flex>
          </div>
        )}
      </Loaded>
    </Page>
  );
}

interface ParametersProps {
  algorithm: Algorithm;
  saved: Saved | null;
  onSaved: (saved: Saved) => void;
}

function Parameters({ algorithm, saved, onSaved }: ParametersProps) {
  const say = useWords(words);
  const language = useLanguage();
  const { may } = useSession();
  const client = useQueryClient();
  const { message } = App.useApp();
  const [own, setOwn] = useState<Record<string, unknown>>(algorithm.settings);
  const [marked, setMarked] = useState(false);
  const save = useMutation({
    mutationFn: () =>
      ask(
        api.PUT('/api/v1/algorithms/{algorithm}/settings', {
          params: { path: { algorithm: algorithm.id } },
          body: { parameters: own },
        }),
      ),
    onSuccess: async ({ revision }) => {
      void message.success(say('saved'));
      onSaved({ algorithm: algorithm.id, revision });
      await client.invalidateQueries({ queryKey: keys.catalog() });
    },
  });
  const writes = may('catalog.write');
  const changed = JSON.stringify(own) !== JSON.stringify(algorithm.settings);
  const wrong = wrongFields(algorithm.parameters, own);
  const problem = save.error instanceof ApiProblem ? save.error : null;
  const errors = parameterErrors(problem);
  const send = (): void => {
    setMarked(wrong.length > 0);
    if (wrong.length === 0) save.mutate();
  };
  return (
    <Card size="small" title={say('parametersTitle')}>
      <Flex vertical gap={12}>
        <Typography.Text type="secondary">{say(writes ? 'parametersHint' : 'readOnly')}</Typography.Text>
        <SchemaForm
          schema={algorithm.parameters}
          inherited={inherited(algorithm.parameters)}
          own={own}
          ownOrigin="settings"
          onChange={setOwn}
          language={language}
          errors={errors}
          readOnly={!writes}
        />
        {marked && wrong.length > 0 && <Alert type="error" title={say('fixFirst')} />}
        {save.isError && <Failure error={save.error} />}
        {writes && (
          <div className="se-catalog-bar">
            <Button type="primary" disabled={!changed} loading={save.isPending} onClick={send}>{say('save')}</Button>
            <Button disabled={!changed} onClick={() => { setOwn(algorithm.settings); save.reset(); }}>{say('discard')}</Button>
            {changed && <Typography.Text type="warning">{say('unsaved')}</Typography.Text>}
            {!changed && saved?.algorithm === algorithm.id && <AppliedNote algorithm={algorithm} saved={saved} />}
          </div>
        )}
      </Flex>
    </Card>
  );
}

function About({ algorithm }: { algorithm: Algorithm }) {
  const say = useWords(words);
  const text = useText();
  const models = Object.values(algorithm.models).flat();
  const codes = Object.entries(algorithm.codes);
  return (
    <Card size="small">
      <Descriptions
        column={1}
        size="small"
        items={[
          { key: 'version', label: say('version', { version: '' }), children: algorithm.version },
          { key: 'cameras', label: say('state'), children: algorithm.cameras > 0 ? say('cameras', { count: algorithm.cameras }) : say('noCameras') },
          { key: 'severity', label: say('severity'), children: say(severityKey(algorithm.severity)) },
          ...algorithm.levels.map((level, index) => ({ key: `level${String(index)}`, label: text(level.name), children: say(severityKey(level.severity)) })),
          { key: 'review', label: say('review'), children: say(algorithm.review ? 'reviewOn' : 'reviewOff') },
          { key: 'priority', label: say('priority'), children: algorithm.priority },
          { key: 'chain', label: say('chain'), children: algorithm.chain.join(' → ') },
          { key: 'models', label: say('usesModels'), children: models.join(', ') || '–' },
          ...codes.map(([list, code]) => ({ key: list, label: `${say('codes')} ${list}`, children: code ?? say('noCode') })),
        ]}
      />
    </Card>
  );
}

type Severity = 'severity_low' | 'severity_medium' | 'severity_high' | 'severity_urgent';
const SEVERITIES: Record<string, Severity> = { low: 'severity_low', high: 'severity_high', urgent: 'severity_urgent' };
const severityKey = (severity: string): Severity => SEVERITIES[severity] ?? 'severity_medium';

const SHOWN = 12;

function Overridden({ algorithm }: { algorithm: Algorithm }) {
  const say = useWords(words);
  const language = useLanguage();
  const some = Object.entries(algorithm.overridden).filter(([, cameras]) => cameras.length > 0);
  return (
    <Card size="small" title={say('overriddenTitle')}>
      {some.length === 0 && <Typography.Text type="secondary">{say('overriddenNone')}</Typography.Text>}
      {some.length > 0 && <Typography.Paragraph type="secondary">{say('overriddenHint')}</Typography.Paragraph>}
      <Flex vertical gap={8}>
        {some.map(([parameter, cameras]) => (
          <div key={parameter}>
            <Typography.Text strong>{titleOf(algorithm.parameters, parameter, language)}</Typography.Text>
            <Flex gap={4} wrap>
              {cameras.slice(0, SHOWN).map((camera) => (
                <Link key={camera} to={`/cameras/${camera}`}><Tag variant="filled">{camera}</Tag></Link>
              ))}
              {cameras.length > SHOWN && say('more', { count: cameras.length - SHOWN })}
            </Flex>
          </div>
        ))}
      </Flex>
    </Card>
  );
}

function titleOf(schema: Record<string, unknown>, name: string, language: 'zh' | 'en'): string {
  const properties = schema.properties as Record<string, { title?: unknown }> | undefined;
  const title = properties?.[name]?.title;
  if (typeof title === 'string') return title;
  if (title !== null && typeof title === 'object') return String((title as Record<string, unknown>)[language] ?? name);
  return name;
}

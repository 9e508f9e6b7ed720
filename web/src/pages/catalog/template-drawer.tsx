/** A template as a form: names, and a part for each algorithm. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Collapse, Drawer, Flex, Form, Input, Tag } from 'antd';
import { useState } from 'react';
import { api, ask, type Schemas } from '~/api/client';
import { ApiProblem } from '~/api/problem';
import { keys } from '~/api/queries';
import { useLanguage, useText, useWords, type Text } from '~/i18n/words';
import { Failure } from '~/parts/failure';
import { inherited, SchemaForm, wrongFields } from '~/parts/schema-form';
import { parameterErrors } from './errors';
import { useAlgorithms, type Template } from './queries';
import { words } from './words';

interface Draft {
  id: string;
  name: Text;
  note: Text;
  parameters: Record<string, Record<string, unknown>>;
}

const NOTHING: Draft = { id: '', name: { zh: '', en: '' }, note: { zh: '', en: '' }, parameters: {} };

interface TemplateDrawerProps {
  /** null: a new one. */
  template: Template | null;
  onClose: () => void;
}

export function TemplateDrawer({ template, onClose }: TemplateDrawerProps) {
  const say = useWords(words);
  const client = useQueryClient();
  const { message } = App.useApp();
  const algorithms = useAlgorithms().data ?? [];
  const [draft, setDraft] = useState<Draft>(template ?? NOTHING);
  const [complaint, setComplaint] = useState('');
  const save = useMutation({
    mutationFn: () =>
      ask(
        api.PUT('/api/v1/templates/{template}', {
          params: { path: { template: draft.id } },
          body: bodyOf(draft),
        }),
      ),
    onSuccess: async () => {
      void message.success(say('templateSaved'));
      await client.invalidateQueries({ queryKey: keys.catalog() });
      onClose();
    },
  });
  const wrong = algorithms.some(({ id, parameters }) => wrongFields(parameters, draft.parameters[id] ?? {}).length > 0);
  const send = (): void => {
    if (!/^[a-z0-9][a-z0-9_-]{0,63}$/.test(draft.id)) setComplaint(say('idNeeded'));
    else if (draft.name.zh.trim() === '' || draft.name.en.trim() === '') setComplaint(say('nameNeeded'));
    else if (wrong) setComplaint(say('fixFirst'));
    else {
      setComplaint('');
      save.mutate();
    }
  };
  return (
    <Drawer
      open
      size="large"
      title={say(template === null ? 'templateNew' : 'templateEdit')}
      onClose={onClose}
      footer={
        <Flex gap={8}>
          <Button type="primary" loading={save.isPending} onClick={send}>{say('templateSave')}</Button>
          <Button onClick={onClose}>{say('cancel')}</Button>
        </Flex>
      }
    >
      <Flex vertical gap={12}>
        {complaint !== '' && <Alert type="error" title={complaint} />}
        {save.isError && <Failure error={save.error} />}
        <Names draft={draft} fixed={template !== null} onChange={setDraft} />
        <Parts draft={draft} onChange={setDraft} problem={save.error instanceof ApiProblem ? save.error : null} />
      </Flex>
    </Drawer>
  );
}

function bodyOf({ name, note, parameters }: Draft): Schemas['TemplateIn'] {
  const kept = Object.entries(parameters).filter(([, values]) => Object.keys(values).length > 0);
  return { name, note, parameters: Object.fromEntries(kept) };
}

interface PartProps {
  draft: Draft;
  onChange: (draft: Draft) => void;
}

function Names({ draft, fixed, onChange }: PartProps & { fixed: boolean }) {
  const say = useWords(words);
  const line = (label: string, value: string, set: (to: string) => void) => (
    <Form.Item label={label}>
      <Input value={value} maxLength={200} onChange={(event) => { set(event.target.value); }} />
    </Form.Item>
  );
  const { name, note } = draft;
  return (
    <Form layout="vertical" component="div">
      <Form.Item label={say('templateId')} extra={say('templateIdHint')}>
        <Input value={draft.id} disabled={fixed} maxLength={64} onChange={(event) => { onChange({ ...draft, id: event.target.value }); }} />
      </Form.Item>
      {line(say('nameZh'), name.zh, (zh) => { onChange({ ...draft, name: { ...name, zh } }); })}
      {line(say('nameEn'), name.en, (en) => { onChange({ ...draft, name: { ...name, en } }); })}
      {line(say('noteZh'), note.zh, (zh) => { onChange({ ...draft, note: { ...note, zh } }); })}
      {line(say('noteEn'), note.en, (en) => { onChange({ ...draft, note: { ...note, en } }); })}
    </Form>
  );
}

function Parts({ draft, onChange, problem }: PartProps & { problem: ApiProblem | null }) {
  const say = useWords(words);
  const text = useText();
  const language = useLanguage();
  const algorithms = useAlgorithms().data ?? [];
  const items = algorithms.map(({ id, name, parameters, settings }) => {
    const own = draft.parameters[id] ?? {};
    const count = Object.keys(own).length;
    return {
      key: id,
      label: text(name),
      extra: count > 0 ? <Tag color="gold">{count}</Tag> : undefined,
      children: (
        <SchemaForm
          schema={parameters}
          inherited={inherited(parameters, { origin: 'settings', values: settings })}
          own={own}
          ownOrigin="template"
          templateName={text(draft.name) || say('templateNew')}
          onChange={(values) => { onChange({ ...draft, parameters: { ...draft.parameters, [id]: values } }); }}
          language={language}
          errors={parameterErrors(problem, `parameters.${id}.`)}
        />
      ),
    };
  });
  return <Collapse items={items} defaultActiveKey={Object.keys(draft.parameters)} />;
}

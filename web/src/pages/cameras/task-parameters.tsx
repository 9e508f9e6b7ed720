/** Values of a task's parameters: its template first, then its own over it. */
import { Alert, Flex, Select, Tag } from 'antd';
import { useLanguage, useText, useWords } from '~/i18n/words';
import { inherited, SchemaForm } from '~/parts/schema-form';
import type { Draft } from './draft';
import { useTemplates, type Algorithm } from './queries';
import { words } from './task-words';

interface TaskParametersProps {
  algorithm: Algorithm;
  draft: Draft;
  onChange: (some: Partial<Draft>) => void;
  errors: Record<string, string>;
  readOnly: boolean;
}

export function TaskParameters({ algorithm, draft, onChange, errors, readOnly }: TaskParametersProps) {
  const say = useWords(words);
  const text = useText();
  const language = useLanguage();
  const templates = useTemplates() ?? [];
  const template = templates.find(({ id }) => id === draft.template);
  const name = template ? text(template.name) : draft.template;
  const above = inherited(
    algorithm.parameters,
    { origin: 'settings', values: algorithm.settings },
    { origin: 'template', values: template?.parameters[algorithm.id] ?? {} },
  );
  return (
    <Flex vertical gap={10}>
      <label className="se-field">
        <span>{say('template')}</span>
        <Select
          value={draft.template}
          disabled={readOnly}
          onChange={(id) => { onChange({ template: id }); }}
          options={[
            { value: '', label: say('noTemplate') },
            ...templates.map((one) => ({ value: one.id, label: text(one.name) || one.id })),
          ]}
        />
      </label>
      {template && (
        <Alert type="warning" title={<><Tag color="gold">{name}</Tag>{text(template.note) || say('templateHint')}</>} />
      )}
      <SchemaForm
        schema={algorithm.parameters}
        inherited={above}
        own={draft.parameters}
        ownOrigin="camera"
        onChange={(parameters) => { onChange({ parameters }); }}
        language={language}
        errors={errors}
        templateName={name}
        readOnly={readOnly}
      />
    </Flex>
  );
}

/** Templates: values that many tasks share. */
import { PlusOutlined } from '@ant-design/icons';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Card, Flex, Popconfirm, Tag, Tooltip, Typography } from 'antd';
import { useState } from 'react';
import { api, ask } from '~/api/client';
import { keys } from '~/api/queries';
import { useText, useWords } from '~/i18n/words';
import { Empty } from '~/parts/empty';
import { Failure } from '~/parts/failure';
import { Loaded } from '~/parts/loaded';
import { useSession } from '~/parts/session';
import { useAlgorithms, useTemplates, type Template } from './queries';
import { TemplateDrawer } from './template-drawer';
import { words } from './words';

export function Templates() {
  const say = useWords(words);
  const { may } = useSession();
  const [edited, setEdited] = useState<Template | 'new' | null>(null);
  const add = may('catalog.write') && (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => { setEdited('new'); }}>{say('templateNew')}</Button>
  );
  return (
    <>
      <Loaded query={useTemplates()} rows={4}>
        {(templates) =>
          templates.length === 0 ? (
            <Empty title={say('templatesNone')} hint={say('templatesNoneHint')} action={add} />
          ) : (
            <Flex vertical gap={16} align="flex-start">
              {add}
              <div className="se-catalog-cards se-catalog-wide">
                {templates.map((template) => (
                  <TemplateCard key={template.id} template={template} onEdit={() => { setEdited(template); }} />
                ))}
              </div>
            </Flex>
          )
        }
      </Loaded>
      {edited !== null && (
        <TemplateDrawer template={edited === 'new' ? null : edited} onClose={() => { setEdited(null); }} />
      )}
    </>
  );
}

function TemplateCard({ template, onEdit }: { template: Template; onEdit: () => void }) {
  const say = useWords(words);
  const text = useText();
  const { may } = useSession();
  const client = useQueryClient();
  const { message } = App.useApp();
  const algorithms = useAlgorithms().data ?? [];
  const remove = useMutation({
    mutationFn: () =>
      ask(api.DELETE('/api/v1/templates/{template}', { params: { path: { template: template.id } } })),
    onSuccess: async () => {
      void message.success(say('templateRemoved'));
      await client.invalidateQueries({ queryKey: keys.catalog() });
    },
  });
  return (
    <Card size="small" title={text(template.name) || template.id} extra={<code>{template.id}</code>}>
      <Flex vertical gap={10}>
        {text(template.note) !== '' && <Typography.Text type="secondary">{text(template.note)}</Typography.Text>}
        {Object.entries(template.parameters).map(([algorithm, values]) => (
          <div key={algorithm}>
            <Typography.Text strong>{text(algorithms.find(({ id }) => id === algorithm)?.name) || algorithm}</Typography.Text>
            <Flex gap={4} wrap>
              {Object.entries(values).map(([name, value]) => (
                <Tag key={name} variant="filled">{`${name} ${JSON.stringify(value)}`}</Tag>
              ))}
            </Flex>
          </div>
        ))}
        <Typography.Text type="secondary">
          {template.tasks > 0 ? say('templateTasks', { count: template.tasks }) : say('templateUnused')}
        </Typography.Text>
        {remove.isError && <Failure error={remove.error} small />}
        {may('catalog.write') && (
          <Flex gap={8}>
            <Button size="small" onClick={onEdit}>{say('edit')}</Button>
            <Popconfirm
              title={say('templateRemoveAsk')}
              description={say('templateRemoveHint')}
              okText={say('templateRemove')}
              cancelText={say('cancel')}
              onConfirm={() => { remove.mutate(); }}
              disabled={template.tasks > 0}
            >
              <Tooltip title={template.tasks > 0 ? say('templateInUse') : ''}>
                <Button size="small" danger disabled={template.tasks > 0}>{say('templateRemove')}</Button>
              </Tooltip>
            </Popconfirm>
          </Flex>
        )}
      </Flex>
    </Card>
  );
}

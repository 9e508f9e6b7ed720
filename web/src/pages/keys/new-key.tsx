/** Make a key, and show it once. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Checkbox, Form, Input, Modal, Segmented, Typography } from 'antd';
import { api, ask, type Schemas } from '~/api/client';
import { keys } from '~/api/queries';
import { useWords } from '~/i18n/words';
import { Failure } from '~/parts/failure';
import { rightsWords } from '~/parts/rights-words';
import { CopyButton, ShownOnce } from '~/parts/secret';
import { useSession, type Right } from '~/parts/session';
import { words } from './words';

/** Only people have these: a key that makes keys or users could not be taken back. */
const PEOPLE_ONLY: readonly Right[] = ['users.write', 'keys.write'];

interface Fields {
  name: string;
  scopes: Right[];
  days: number;
}

export function NewKey({ onClose }: { onClose: () => void }) {
  const say = useWords(words);
  const sayRight = useWords(rightsWords);
  const client = useQueryClient();
  const { session } = useSession();
  const [form] = Form.useForm<Fields>();
  const days = Form.useWatch('days', form);
  const make = useMutation({
    mutationFn: (body: Schemas['NewApiKey']) => ask(api.POST('/api/v1/keys', { body })),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.apiKeys }),
  });
  if (make.data !== undefined) return <Made made={make.data} onClose={onClose} />;
  const rights = (session?.rights ?? []).filter((right) => !PEOPLE_ONLY.includes(right));
  return (
    <Modal
      open
      title={say('add')}
      okText={say('addDo')}
      confirmLoading={make.isPending}
      onOk={form.submit}
      onCancel={onClose}
    >
      <Form<Fields>
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ name: '', scopes: [], days: 365 }}
        onFinish={({ name, scopes, days: wanted }) => {
          make.mutate({ name, scopes, expires_in_days: wanted === 0 ? null : wanted });
        }}
      >
        <Form.Item name="name" label={say('name')} rules={[{ required: true, whitespace: true, message: say('nameMissing') }]}>
          <Input autoFocus maxLength={100} placeholder={say('namePlaceholder')} autoComplete="off" />
        </Form.Item>
        <Form.Item name="scopes" label={say('scopes')} rules={[{ required: true, message: say('scopesMissing') }]}>
          <Checkbox.Group className="se-choices">
            {rights.map((right) => (
              <Checkbox key={right} value={right}>
                {sayRight(right)} <span className="se-quiet">{right}</span>
              </Checkbox>
            ))}
          </Checkbox.Group>
        </Form.Item>
        <Form.Item name="days" label={say('expiry')} extra={days === 0 ? say('noEndHint') : undefined}>
          <Segmented
            options={[
              { value: 30, label: say('days', { count: 30 }) },
              { value: 90, label: say('days', { count: 90 }) },
              { value: 365, label: say('year') },
              { value: 0, label: say('noEnd') },
            ]}
          />
        </Form.Item>
        <Failure error={make.error} />
      </Form>
    </Modal>
  );
}

function Made({ made, onClose }: { made: Schemas['MadeApiKey']; onClose: () => void }) {
  const say = useWords(words);
  const call = exampleOf(made);
  return (
    <ShownOnce
      title={say('secretOf', { name: made.key.name })}
      value={made.secret}
      hint={say('secretOnce')}
      done={say('done')}
      onClose={onClose}
    >
      {call !== null && (
        <>
          <Typography.Text>{say('secretUse')}</Typography.Text>
          <pre className="se-code">{call}</pre>
          <div>
            <CopyButton text={call} />
          </div>
        </>
      )}
    </ShownOnce>
  );
}

/** A call that this key may make. */
function exampleOf({ key, secret }: Schemas['MadeApiKey']): string | null {
  const paths: [Right, string][] = [
    ['events.read', 'events'],
    ['events.read_all', 'events'],
    ['catalog.read', 'algorithms'],
    ['cameras.read', 'cameras'],
    ['incidents.read', 'incidents'],
  ];
  const path = paths.find(([right]) => key.scopes.includes(right))?.[1];
  if (path === undefined) return null;
  return `curl -H 'Authorization: Bearer ${secret}' \\\n  ${window.location.origin}/api/v1/${path}`;
}

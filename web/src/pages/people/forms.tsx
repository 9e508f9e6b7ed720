/** Adding a person and changing one. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Form, Input, Modal, Radio, Switch } from 'antd';
import { api, ask, type Schemas } from '~/api/client';
import { ApiProblem } from '~/api/problem';
import { keys } from '~/api/queries';
import { useWords } from '~/i18n/words';
import { Failure } from '~/parts/failure';
import { rightsWords } from '~/parts/rights-words';
import { words } from './words';

type User = Schemas['User'];
type Role = User['role'];

const ROLES: Role[] = ['reviewer', 'operator', 'integrator', 'auditor', 'admin'];
const NAME = /^[A-Za-z0-9一-鿿][A-Za-z0-9一-鿿_.-]{0,63}$/;

interface Fields {
  name: string;
  role: Role;
  originals: boolean;
}

function RoleFields() {
  const say = useWords(words);
  const sayRight = useWords(rightsWords);
  return (
    <>
      <Form.Item name="role" label={say('role')}>
        <Radio.Group className="se-choices">
          {ROLES.map((role) => (
            <Radio key={role} value={role}>
              <strong>{sayRight(role)}</strong>
              <div className="se-quiet">{sayRight(`${role}.does`)}</div>
            </Radio>
          ))}
        </Radio.Group>
      </Form.Item>
      <Form.Item name="originals" label={say('originals')} extra={say('originalsHint')} valuePropName="checked">
        <Switch />
      </Form.Item>
    </>
  );
}

interface NewPersonProps {
  onClose: () => void;
  onAdded: (given: Schemas['FirstPassword']) => void;
}

export function NewPerson({ onClose, onAdded }: NewPersonProps) {
  const say = useWords(words);
  const client = useQueryClient();
  const [form] = Form.useForm<Fields>();
  const add = useMutation({
    mutationFn: (body: Schemas['NewUser']) => ask(api.POST('/api/v1/users', { body })),
    onSuccess: async (given) => {
      onClose();
      onAdded(given);
      await client.invalidateQueries({ queryKey: keys.people });
    },
    onError: (error) => {
      if (error instanceof ApiProblem && error.status === 409) {
        form.setFields([{ name: 'name', errors: [say('nameTaken')] }]);
      }
    },
  });
  const taken = add.error instanceof ApiProblem && add.error.status === 409;
  return (
    <Modal
      open
      title={say('add')}
      okText={say('addDo')}
      confirmLoading={add.isPending}
      onOk={form.submit}
      onCancel={onClose}
    >
      <Form<Fields>
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ name: '', role: 'reviewer', originals: false }}
        onFinish={(values) => {
          add.mutate(values);
        }}
      >
        <Form.Item
          name="name"
          label={say('name')}
          extra={say('nameHint')}
          rules={[{ required: true, pattern: NAME, message: say('nameWrong') }]}
        >
          <Input autoFocus autoComplete="off" maxLength={64} />
        </Form.Item>
        <RoleFields />
        {!taken && <Failure error={add.error} />}
      </Form>
    </Modal>
  );
}

export function ChangePerson({ user, onClose }: { user: User; onClose: () => void }) {
  const say = useWords(words);
  const client = useQueryClient();
  const { message } = App.useApp();
  const [form] = Form.useForm<Omit<Fields, 'name'>>();
  const change = useMutation({
    mutationFn: (body: Schemas['UserChange']) =>
      ask(api.PATCH('/api/v1/users/{name}', { params: { path: { name: user.name } }, body })),
    onSuccess: async () => {
      onClose();
      void message.success(say('saved', { name: user.name }));
      await Promise.all([
        client.invalidateQueries({ queryKey: keys.people }),
        // It may be one's own rights.
        client.invalidateQueries({ queryKey: keys.session }),
      ]);
    },
  });
  return (
    <Modal
      open
      title={say('changeOf', { name: user.name })}
      okText={say('save')}
      confirmLoading={change.isPending}
      onOk={form.submit}
      onCancel={onClose}
    >
      <Form
        form={form}
        layout="vertical"
        initialValues={{ role: user.role, originals: user.originals }}
        onFinish={(values) => {
          change.mutate(values);
        }}
      >
        <RoleFields />
        <Failure error={change.error} />
      </Form>
    </Modal>
  );
}

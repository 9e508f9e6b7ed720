/** The change of one's own password. */
import { useMutation } from '@tanstack/react-query';
import { Alert, App, Button, Form, Input } from 'antd';
import { useNavigate } from 'react-router';
import { api, ask, type Schemas } from '~/api/client';
import { ApiProblem } from '~/api/problem';
import { useLanguage, useWords } from '~/i18n/words';
import { Failure } from '~/parts/failure';
import { useSession } from '~/parts/session';
import { words } from './words';

interface Fields {
  old: string;
  new: string;
  again: string;
}

export function PasswordForm() {
  const say = useWords(words);
  const language = useLanguage();
  const navigate = useNavigate();
  const { message } = App.useApp();
  const { session, enter } = useSession();
  const [form] = Form.useForm<Fields>();
  const due = session?.must_change === true;
  const change = useMutation({
    mutationFn: (body: Schemas['PasswordChange']) => ask(api.PUT('/api/v1/session/password', { body })),
    onSuccess: (entered) => {
      enter(entered);
      form.resetFields();
      void message.success(say('saved'), 6);
      if (due) void navigate('/', { replace: true });
    },
    onError: (error) => {
      if (!(error instanceof ApiProblem)) return;
      const why = error.errors[0]?.reason ?? '';
      if (error.type === 'wrong-password') {
        form.setFields([{ name: 'old', errors: [say('wrongOld')] }]);
      } else if (error.type === 'weak-password') {
        form.setFields([{ name: 'new', errors: [say('weak', { why: language === 'en' ? why : '' })] }]);
      }
    },
  });
  const required = { required: true, message: say('missing') };
  const onField = change.error instanceof ApiProblem && /^(wrong|weak)-password$/.test(change.error.type);
  const locked = change.error instanceof ApiProblem && change.error.type === 'locked';
  return (
    <Form<Fields>
      form={form}
      layout="vertical"
      requiredMark={false}
      disabled={change.isPending}
      onFinish={(values) => {
        change.mutate({ old: values.old, new: values.new });
      }}
    >
      {/* For password managers: whose password it is. */}
      <input hidden readOnly autoComplete="username" value={session?.user ?? ''} />
      <Form.Item name="old" label={say('old')} rules={[required]}>
        <Input.Password autoComplete="current-password" autoFocus={due} />
      </Form.Item>
      <Form.Item
        name="new"
        label={say('new')}
        extra={say('rules')}
        rules={[required, { min: 10, message: say('short') }]}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      <Form.Item
        name="again"
        label={say('again')}
        dependencies={['new']}
        rules={[
          required,
          ({ getFieldValue }) => ({
            validator: (_, value) =>
              value === getFieldValue('new') ? Promise.resolve() : Promise.reject(new Error(say('different'))),
            validateTrigger: 'onSubmit',
          }),
        ]}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      {locked && <Alert type="warning" showIcon title={say('locked')} className="se-gap-below" />}
      {!onField && !locked && <Failure error={change.error} />}
      <Button type="primary" htmlType="submit" loading={change.isPending}>
        {say('save')}
      </Button>
    </Form>
  );
}

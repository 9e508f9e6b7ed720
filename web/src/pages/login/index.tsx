/** Log in, and go on where one was. */
import { LockOutlined, UserOutlined } from '@ant-design/icons';
import { useMutation } from '@tanstack/react-query';
import { Alert, Button, Card, Flex, Form, Input, Typography } from 'antd';
import { useEffect, useState, type KeyboardEvent } from 'react';
import { Navigate, useSearchParams } from 'react-router';
import { api, ask, type Schemas } from '~/api/client';
import { ApiProblem } from '~/api/problem';
import { useLanguage, useWords } from '~/i18n/words';
import { Failure } from '~/parts/failure';
import { useNow } from '~/parts/now';
import { useSession } from '~/parts/session';
import { duration } from '~/parts/time';
import { LanguageSwitch, Mark } from '~/shell/header';
import { wayBack } from './way-back';
import { words } from './words';

export default function LoginPage() {
  const say = useWords(words);
  const [query] = useSearchParams();
  const { session, enter } = useSession();
  const [caps, setCaps] = useState(false);
  const login = useMutation({
    mutationFn: (body: Schemas['Login']) => ask(api.POST('/api/v1/session', { body })),
    onSuccess: enter,
  });
  useEffect(() => {
    document.title = `${say('title')} · 雪亮`;
  }, [say]);
  if (session !== null) return <Navigate to={wayBack(query.get('back'))} replace />;
  const watchCaps = (event: KeyboardEvent): void => {
    setCaps(event.getModifierState('CapsLock'));
  };
  return (
    <main className="se-login">
      <Flex justify="space-between" align="center" className="se-login-head">
        <Mark />
        <LanguageSwitch />
      </Flex>
      <Card>
        <Flex vertical gap={16}>
          <div>
            <Typography.Title level={1}>{say('title')}</Typography.Title>
            <Typography.Text type="secondary">{say('hint')}</Typography.Text>
          </div>
          {query.has('ended') && login.isIdle && <Alert type="info" showIcon title={say('ended')} />}
          <LoginFailure key={login.submittedAt} error={login.error} at={login.submittedAt} />
          <Form<Schemas['Login']>
            layout="vertical"
            requiredMark={false}
            disabled={login.isPending}
            onFinish={(values) => {
              login.mutate(values);
            }}
          >
            <Form.Item name="name" label={say('name')} rules={[{ required: true, message: say('nameMissing') }]}>
              <Input size="large" autoFocus prefix={<UserOutlined />} autoComplete="username" />
            </Form.Item>
            <Form.Item
              name="password"
              label={say('password')}
              rules={[{ required: true, message: say('passwordMissing') }]}
              extra={caps ? <span role="status">⇪ {say('caps')}</span> : undefined}
            >
              <Input.Password
                size="large"
                prefix={<LockOutlined />}
                autoComplete="current-password"
                onKeyDown={watchCaps}
                onKeyUp={watchCaps}
              />
            </Form.Item>
            <Button type="primary" size="large" htmlType="submit" block loading={login.isPending}>
              {say('logIn')}
            </Button>
          </Form>
          <Typography.Text type="secondary">{say('forgotten')}</Typography.Text>
        </Flex>
      </Card>
    </main>
  );
}

function LoginFailure({ error, at }: { error: unknown; at: number }) {
  const say = useWords(words);
  const language = useLanguage();
  const now = useNow('second');
  if (!(error instanceof ApiProblem)) return <Failure error={error} />;
  if (error.status === 401) {
    return <Alert type="error" showIcon title={say('wrong')} description={say('wrongHint')} />;
  }
  if (error.type === 'locked') {
    const left = (error.retryAfter ?? 0) - Math.max(0, now - at) / 1000;
    const hint = left > 0 ? say('lockedFor', { span: duration(left, language) }) : undefined;
    return <Alert type="warning" showIcon title={say('locked')} description={hint} />;
  }
  if (error.status === 429) return <Alert type="warning" showIcon title={say('busy')} />;
  return <Failure error={error} />;
}

/** Who I am here, and my password. */
import { Alert, Card, Descriptions, Flex, Typography } from 'antd';
import { useWords } from '~/i18n/words';
import { Page } from '~/parts/page';
import { rightsWords } from '~/parts/rights-words';
import { useSession } from '~/parts/session';
import { When } from '~/parts/when';
import { PasswordForm } from './password-form';
import { words } from './words';

export default function AccountPage() {
  const say = useWords(words);
  const sayRight = useWords(rightsWords);
  const { session } = useSession();
  if (session === null) return null;
  return (
    <Page title={say('title')}>
      {session.must_change && (
        <Alert type="info" showIcon title={say('mustChange')} description={say('mustChangeHint')} />
      )}
      <Flex gap={16} wrap align="flex-start">
        <Card className="se-narrow-card" title={say('password')}>
          <PasswordForm />
        </Card>
        {!session.must_change && (
          <Card className="se-narrow-card" title={session.user}>
            <Descriptions
              column={1}
              size="small"
              items={[
                { label: say('role'), children: sayRight(session.role) },
                {
                  label: say('expires'),
                  children: (
                    <span>
                      <When at={session.expires_at} as="clock" />{' '}
                      <Typography.Text type="secondary">({say('expiresHint')})</Typography.Text>
                    </span>
                  ),
                },
                {
                  label: say('may'),
                  children: (
                    <ul className="se-plain">
                      {session.rights.map((right) => (
                        <li key={right}>{sayRight(right)}</li>
                      ))}
                    </ul>
                  ),
                },
              ]}
            />
          </Card>
        )}
      </Flex>
    </Page>
  );
}

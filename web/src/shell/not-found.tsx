/** An address that is none of ours. */
import { Button } from 'antd';
import { Link } from 'react-router';
import { useWords } from '~/i18n/words';
import { Empty } from '~/parts/empty';
import { Page } from '~/parts/page';
import { words } from './words';

export function NotFound() {
  const say = useWords(words);
  return (
    <Page title={say('notFound')}>
      <Empty
        title={say('notFoundHint')}
        action={
          <Link to="/">
            <Button type="primary">{say('home')}</Button>
          </Link>
        }
      />
    </Page>
  );
}

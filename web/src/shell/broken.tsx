/** A page that broke, or whose code is no longer on the server after an update. */
import { Button, Result } from 'antd';
import { useRouteError } from 'react-router';
import { useWords } from '~/i18n/words';
import { words } from '~/parts/words';

export function Broken() {
  const say = useWords(words);
  const error = useRouteError();
  // Browsers word it differently; all of them say that a module could not be fetched.
  const updated = error instanceof TypeError && /module|import|fetch/i.test(error.message);
  return (
    <Result
      status="warning"
      title={say(updated ? 'newVersion' : 'broken')}
      subTitle={say(updated ? 'newVersionHint' : 'brokenHint')}
      extra={
        <Button
          type="primary"
          onClick={() => {
            window.location.reload();
          }}
        >
          {say('reload')}
        </Button>
      }
    />
  );
}

/** What stands where a page is still being made. */
import { Empty } from '~/parts/empty';
import { Page } from '~/parts/page';
import { useWords } from '~/i18n/words';
import { words } from './words';

export function InWork({ title }: { title: string }) {
  const say = useWords(words);
  return (
    <Page title={title}>
      <Empty title={say('inWork')} hint={say('inWorkHint')} />
    </Page>
  );
}

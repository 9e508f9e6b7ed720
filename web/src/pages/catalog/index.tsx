/** The catalog: algorithms, models, templates. */
import { Tabs } from 'antd';
import { useSearchParams } from 'react-router';
import { useWords } from '~/i18n/words';
import { Page } from '~/parts/page';
import { AlgorithmCards } from './cards';
import { ModelTable } from './models';
import { Templates } from './templates';
import { words } from './words';
import './catalog.css';

export default function CatalogPage() {
  const say = useWords(words);
  const [query, setQuery] = useSearchParams();
  return (
    <Page title={say('title')} hint={say('hint')}>
      <Tabs
        activeKey={query.get('show') ?? 'algorithms'}
        onChange={(show) => {
          setQuery(show === 'algorithms' ? {} : { show }, { replace: true });
        }}
        items={[
          { key: 'algorithms', label: say('algorithms'), children: <AlgorithmCards /> },
          { key: 'models', label: say('models'), children: <ModelTable /> },
          { key: 'templates', label: say('templates'), children: <Templates /> },
        ]}
      />
    </Page>
  );
}

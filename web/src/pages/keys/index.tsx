/** API keys of programs: make, see, revoke. */
import { PlusOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Button, Flex, Switch } from 'antd';
import { useState } from 'react';
import { api, ask, type Schemas } from '~/api/client';
import { keys } from '~/api/queries';
import { useWords } from '~/i18n/words';
import { Empty } from '~/parts/empty';
import { Loaded } from '~/parts/loaded';
import { useNow } from '~/parts/now';
import { Page } from '~/parts/page';
import { endOf } from './ends';
import { NewKey } from './new-key';
import { KeyTable } from './table';
import { words } from './words';

export default function KeysPage() {
  const say = useWords(words);
  const [adding, setAdding] = useState(false);
  const list = useQuery({ queryKey: keys.apiKeys, queryFn: () => ask(api.GET('/api/v1/keys')) });
  const add = (
    <Button
      type="primary"
      icon={<PlusOutlined />}
      onClick={() => {
        setAdding(true);
      }}
    >
      {say('add')}
    </Button>
  );
  return (
    <Page title={say('title')} hint={say('hint')} extra={add}>
      <Loaded query={list}>
        {(all) =>
          all.length === 0 ? <Empty title={say('none')} hint={say('noneHint')} action={add} /> : <Keys all={all} />
        }
      </Loaded>
      {adding && (
        <NewKey
          onClose={() => {
            setAdding(false);
          }}
        />
      )}
    </Page>
  );
}

function Keys({ all }: { all: Schemas['ApiKey'][] }) {
  const say = useWords(words);
  const now = useNow();
  const [ended, setEnded] = useState(false);
  const some = all.some((key) => endOf(key, now) !== 'active');
  return (
    <Flex vertical gap={12}>
      {some && (
        <Flex gap={8} align="center">
          <Switch size="small" checked={ended} onChange={setEnded} id="show-ended" />
          <label htmlFor="show-ended">{say('showEnded')}</label>
        </Flex>
      )}
      <KeyTable list={all.filter((key) => ended || endOf(key, now) === 'active')} />
    </Flex>
  );
}

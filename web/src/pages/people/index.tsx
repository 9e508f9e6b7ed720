/** People: who may log in and what they may do. */
import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { PlusOutlined } from '@ant-design/icons';
import { useState } from 'react';
import { api, ask, type Schemas } from '~/api/client';
import { keys } from '~/api/queries';
import { useWords } from '~/i18n/words';
import { Loaded } from '~/parts/loaded';
import { Page } from '~/parts/page';
import { ChangePerson, NewPerson } from './forms';
import { FirstPassword } from './first-password';
import { PeopleTable } from './table';
import { words } from './words';

type User = Schemas['User'];

export default function PeoplePage() {
  const say = useWords(words);
  const [adding, setAdding] = useState(false);
  const [changing, setChanging] = useState<User | null>(null);
  const [given, setGiven] = useState<Schemas['FirstPassword'] | null>(null);
  const people = useQuery({ queryKey: keys.people, queryFn: () => ask(api.GET('/api/v1/users')) });
  return (
    <Page
      title={say('title')}
      hint={say('hint')}
      extra={
        <Button
          type="primary"
          icon={<PlusOutlined />}
          onClick={() => {
            setAdding(true);
          }}
        >
          {say('add')}
        </Button>
      }
    >
      <Loaded query={people}>
        {(users) => <PeopleTable users={users} onChange={setChanging} onPassword={setGiven} />}
      </Loaded>
      {adding && (
        <NewPerson
          onClose={() => {
            setAdding(false);
          }}
          onAdded={setGiven}
        />
      )}
      {changing !== null && (
        <ChangePerson
          user={changing}
          onClose={() => {
            setChanging(null);
          }}
        />
      )}
      {given !== null && (
        <FirstPassword
          given={given}
          onClose={() => {
            setGiven(null);
          }}
        />
      )}
    </Page>
  );
}

/** The audit chain: who did what, and whether it is whole. */
import { SafetyCertificateOutlined } from '@ant-design/icons';
import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { Alert, Button, Checkbox, Flex, Input, Select, Typography } from 'antd';
import { useSearchParams } from 'react-router';
import { api, ask } from '~/api/client';
import { keys } from '~/api/queries';
import { useWords } from '~/i18n/words';
import { Empty } from '~/parts/empty';
import { Failure } from '~/parts/failure';
import { Page } from '~/parts/page';
import { Waiting } from '~/parts/waiting';
import { GROUPS, useActionName } from './actions';
import { AuditTable } from './table';
import { words } from './words';

interface Filter {
  actor: string;
  action: string;
  object: string;
  /** 'all': with what the service did by itself. */
  by: string;
}

/** Whoever asks for one actor gets that one. */
function isPeople(filter: Filter): boolean {
  return filter.by !== 'all' && filter.actor === '';
}

export default function AuditPage() {
  const say = useWords(words);
  const [query, setQuery] = useSearchParams();
  const filter: Filter = {
    actor: query.get('actor') ?? '',
    action: query.get('action') ?? '',
    object: query.get('object') ?? '',
    by: query.get('by') ?? '',
  };
  const setFilter = (part: Partial<Filter>): void => {
    const chosen = Object.entries({ ...filter, ...part }).filter(([, value]) => value !== '');
    setQuery(new URLSearchParams(chosen), { replace: true });
  };
  return (
    <Page title={say('title')} hint={say('hint')}>
      <ChainCheck />
      <Filters key={JSON.stringify(filter)} filter={filter} onChange={setFilter} />
      <Entries
        filter={filter}
        onFilter={setFilter}
        onAll={() => {
          setQuery({ by: 'all' }, { replace: true });
        }}
      />
    </Page>
  );
}

function Filters({ filter, onChange }: { filter: Filter; onChange: (part: Partial<Filter>) => void }) {
  const say = useWords(words);
  const { group } = useActionName();
  return (
    <Flex gap={8} wrap>
      <Select
        className="se-filter"
        aria-label={say('action')}
        value={filter.action}
        onChange={(action: string) => {
          onChange({ action });
        }}
        options={[
          { value: '', label: say('anyAction') },
          ...GROUPS.map((value) => ({ value, label: group(value) })),
        ]}
      />
      <Input.Search
        className="se-filter"
        allowClear
        aria-label={say('actor')}
        defaultValue={filter.actor}
        placeholder={say('actorPlaceholder')}
        onSearch={(actor) => {
          onChange({ actor: actor.trim() });
        }}
      />
      <Input.Search
        className="se-filter"
        allowClear
        aria-label={say('object')}
        defaultValue={filter.object}
        placeholder={say('objectPlaceholder')}
        onSearch={(object) => {
          onChange({ object: object.trim() });
        }}
      />
      <Checkbox
        style={{ alignSelf: 'center' }}
        checked={isPeople(filter)}
        disabled={filter.actor !== ''}
        onChange={({ target }) => {
          onChange({ by: target.checked ? '' : 'all' });
        }}
      >
        {say('people')}
      </Checkbox>
    </Flex>
  );
}

interface EntriesProps {
  filter: Filter;
  onFilter: (part: Partial<Filter>) => void;
  onAll: () => void;
}

function Entries({ filter, onFilter, onAll }: EntriesProps) {
  const say = useWords(words);
  const pages = useInfiniteQuery({
    queryKey: keys.audit(filter),
    queryFn: ({ pageParam }) =>
      ask(
        api.GET('/api/v1/audit', {
          params: {
            query: {
              actor: filter.actor,
              action: filter.action,
              object: filter.object,
              people: isPeople(filter),
              before: pageParam,
              limit: 50,
            },
          },
        }),
      ),
    initialPageParam: null as number | null,
    getNextPageParam: (last) => last.next,
  });
  const retry = (): void => {
    void pages.refetch();
  };
  if (pages.data === undefined) {
    return pages.isError ? <Failure error={pages.error} onRetry={retry} /> : <Waiting rows={8} onRetry={retry} />;
  }
  const entries = pages.data.pages.flatMap((page) => page.entries);
  const filtered = isPeople(filter) || [filter.actor, filter.action, filter.object].some((value) => value !== '');
  if (entries.length === 0) {
    return (
      <Empty
        title={say(filtered ? 'noneFiltered' : 'none')}
        action={filtered ? <Button onClick={onAll}>{say('all')}</Button> : undefined}
      />
    );
  }
  return (
    <Flex vertical gap={12} align="center">
      <AuditTable entries={entries} onFilter={onFilter} />
      {pages.isFetchNextPageError && <Failure error={pages.error} small />}
      {pages.hasNextPage ? (
        <Button loading={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
          {say('more')}
        </Button>
      ) : (
        <Typography.Text type="secondary">{say('end')}</Typography.Text>
      )}
    </Flex>
  );
}

function ChainCheck() {
  const say = useWords(words);
  const check = useMutation({ mutationFn: () => ask(api.GET('/api/v1/audit/check')) });
  const found = check.data;
  return (
    <Flex vertical gap={8} align="flex-start">
      <Button
        icon={<SafetyCertificateOutlined />}
        loading={check.isPending}
        onClick={() => {
          check.mutate();
        }}
      >
        {say('check')}
      </Button>
      <Failure error={check.error} />
      {found?.whole === true && (
        <Alert
          type="success"
          showIcon
          title={say('whole', { count: found.entries })}
          description={<span className="se-break">{say('head', { head: found.head })}</span>}
        />
      )}
      {found?.whole === false && (
        <Alert
          type="error"
          showIcon
          title={say('broken', { n: found.broken_at ?? 0 })}
          description={say('brokenHint')}
        />
      )}
    </Flex>
  );
}

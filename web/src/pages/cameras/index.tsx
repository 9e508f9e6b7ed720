/** Cameras: which of them do not really look, and why. */
import { AppstoreOutlined, PlusOutlined, TableOutlined } from '@ant-design/icons';
import { Button, Flex, Input, Segmented, Select } from 'antd';
import { useEffect, useState } from 'react';
import { useLocation, useNavigate, useSearchParams } from 'react-router';
import { useWords } from '~/i18n/words';
import { Empty } from '~/parts/empty';
import { Loaded } from '~/parts/loaded';
import { Page } from '~/parts/page';
import { RightsGate, useSession } from '~/parts/session';
import { CameraDrawer } from './camera-drawer';
import { changed, isFiltered, readFilter, readView, writeFilter, type Filter, type View } from './filter';
import { useCameras, useWorker } from './queries';
import { STATES, useStateName } from './states';
import { CameraTable } from './table';
import { CameraWall } from './wall';
import { words } from './words';
import './cameras.css';

const SIZE: Record<View, number> = { table: 50, wall: 24 };

const narrow = (): boolean => window.matchMedia('(max-width: 600px)').matches;

export default function CamerasPage() {
  const say = useWords(words);
  return (
    <RightsGate right="cameras.read" otherwise={true}>
      <CameraList title={say('cameras')} />
    </RightsGate>
  );
}

function CameraList({ title }: { title: string }) {
  const say = useWords(words);
  const [params, setParams] = useSearchParams();
  const { may } = useSession();
  const filter = readFilter(params);
  const view = readView(params, narrow());
  const query = useCameras(filter, SIZE[view]);
  const worker = useWorker();
  const adding = params.get('add') === '1';
  const show = (next: Filter, as: View = view): void => {
    setParams(writeFilter(next, as, narrow()));
  };
  const open = (on: boolean): void => {
    const next = writeFilter(filter, view, narrow());
    if (on) next.set('add', '1');
    setParams(next);
  };
  const add = (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => { open(true); }}>
      {say('add')}
    </Button>
  );
  return (
    <Page title={title} hint={say('camerasHint')} extra={may('cameras.write') && add}>
      <Filters filter={filter} view={view} total={query.data?.total} units={query.data?.units.filter((one) => one !== '') ?? []} onChange={show} />
      <Loaded query={query} rows={8}>
        {(page) => {
          if (page.cameras.length === 0 && !isFiltered(filter) && filter.after === '') {
            return <Empty title={say('none')} hint={say('noneHint')} action={may('cameras.write') && add} />;
          }
          if (page.cameras.length === 0) {
            return (
              <Empty
                title={say('noMatch')}
                action={<Button onClick={() => { setParams({ view }); }}>{say('showAll')}</Button>}
              />
            );
          }
          const revision = Math.max(page.revision, worker.revision ?? 0);
          return (
            <>
              {view === 'table' ? (
                <CameraTable cameras={page.cameras} revision={revision} away={worker.away} />
              ) : (
                <CameraWall cameras={page.cameras} />
              )}
              <Pages filter={filter} view={view} next={page.next} />
            </>
          );
        }}
      </Loaded>
      {adding && <CameraDrawer onClose={() => { open(false); }} />}
    </Page>
  );
}

interface FiltersProps {
  filter: Filter;
  view: View;
  total: number | undefined;
  units: string[];
  onChange: (filter: Filter, view?: View) => void;
}

function Filters({ filter, view, total, units, onChange }: FiltersProps) {
  const say = useWords(words);
  const nameOf = useStateName();
  return (
    <Flex gap={8} wrap align="center" className="se-filters">
      <Typed
        value={filter.search}
        onChange={(search) => { onChange(changed(filter, { search })); }}
        placeholder={say('search')}
        className="se-search"
      />
      <Segmented
        value={filter.blind ? 'blind' : 'all'}
        onChange={(which) => { onChange(changed(filter, { blind: which === 'blind' })); }}
        options={[
          { value: 'all', label: say('all') },
          { value: 'blind', label: say('onlyBlind') },
        ]}
      />
      <Select
        mode="multiple"
        allowClear
        value={filter.states}
        onChange={(states) => { onChange(changed(filter, { states })); }}
        placeholder={say('anyState')}
        aria-label={say('state')}
        options={STATES.map((value) => ({ value, label: nameOf(value) }))}
        maxTagCount="responsive"
        className="se-states"
      />
      {(units.length > 1 || filter.unit !== '') && (
        <Select
          allowClear
          showSearch
          value={filter.unit || undefined}
          onChange={(unit: string | undefined) => { onChange(changed(filter, { unit: unit ?? '' })); }}
          placeholder={say('anyUnit')}
          aria-label={say('unit')}
          options={units.map((value) => ({ value, label: value }))}
          className="se-unit"
        />
      )}
      <span className="se-spacer" />
      {total !== undefined && <span className="se-quiet se-number">{say('total', { count: total })}</span>}
      <Segmented<View>
        value={view}
        onChange={(as) => { onChange({ ...filter, after: '' }, as); }}
        options={[
          { value: 'table', icon: <TableOutlined />, label: say('table') },
          { value: 'wall', icon: <AppstoreOutlined />, label: say('wall') },
        ]}
      />
    </Flex>
  );
}

interface TypedProps {
  value: string;
  onChange: (value: string) => void;
  placeholder: string;
  className: string;
}

/** A field that tells what was typed once the typing rests. */
function Typed({ value, onChange, placeholder, className }: TypedProps) {
  const [typed, setTyped] = useState<string | null>(null);
  useEffect(() => {
    if (typed === null) return undefined;
    const timer = setTimeout(() => {
      setTyped(null);
      if (typed !== value) onChange(typed);
    }, 350);
    return () => { clearTimeout(timer); };
  }, [typed, value, onChange]);
  return (
    <Input
      allowClear
      value={typed ?? value}
      onChange={(event) => { setTyped(event.target.value); }}
      placeholder={placeholder}
      aria-label={placeholder}
      className={className}
    />
  );
}

/** The service gives pages by cursor: on, back the way one came, and to the first. */
function Pages({ filter, view, next }: { filter: Filter; view: View; next: string }) {
  const say = useWords(words);
  const navigate = useNavigate();
  const location = useLocation();
  const came = readStack(location.state);
  const go = (after: string, stack: string[]): void => {
    const search = writeFilter({ ...filter, after }, view, narrow()).toString();
    void navigate({ search }, { state: { stack } });
  };
  if (filter.after === '' && next === '') return null;
  return (
    <Flex justify="center" gap={8}>
      <Button disabled={filter.after === ''} onClick={() => { go('', []); }}>{say('first')}</Button>
      <Button disabled={came.length === 0} onClick={() => { go(came.at(-1) ?? '', came.slice(0, -1)); }}>
        {say('previous')}
      </Button>
      <Button disabled={next === ''} onClick={() => { go(next, [...came, filter.after]); }}>{say('next')}</Button>
    </Flex>
  );
}

function readStack(state: unknown): string[] {
  const stack: unknown = state !== null && typeof state === 'object' && 'stack' in state ? state.stack : [];
  return Array.isArray(stack) ? stack.filter((one): one is string => typeof one === 'string') : [];
}

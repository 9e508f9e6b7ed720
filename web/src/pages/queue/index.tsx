/** The review queue: the list on the left, the incident on the right. */
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useNavigate, useSearchParams } from 'react-router';
import { useWords } from '~/i18n/words';
import { Failure } from '~/parts/failure';
import { useLifecycle } from '~/parts/lifecycle';
import { Waiting } from '~/parts/waiting';
import { decided } from '../incident/desk';
import { useDecisionKeys } from '../incident/key-help';
import { useCommands } from '../incident/keyboard';
import { Pane } from '../incident/pane';
import { remember } from '../incident/sequence';
import type { Summary } from '../incident/types';
import { preload, useDesk, useIncident } from '../incident/use-incident';

import { following, neighbour } from './arrivals';
import { FilterBar } from './filter-bar';
import { fits, fromAddress, isNarrowed, isWaiting, toAddress, WAITING, type Filters } from './filters';
import { NothingFits, NothingWaits } from './nothing';
import './queue.css';
import { Rows } from './rows';
import { SoundSwitch } from './sound-switch';
import { useList } from './use-list';
import { useWide } from './wide';
import { words } from './words';

const AHEAD = 3;
const AT = 'at';

export default function QueuePage() {
  const [search] = useSearchParams();
  const filters = fromAddress(search);
  // Another filter is another list.
  return <Queue key={JSON.stringify(filters)} filters={filters} />;
}

function Queue({ filters }: { filters: Filters }) {
  const say = useWords(words);
  const [search, setSearch] = useSearchParams();
  const navigate = useNavigate();
  useDecisionKeys();
  const client = useQueryClient();
  const life = useLifecycle();
  const desk = useDesk();
  const wide = useWide();
  const [held, setHeld] = useState(false);
  // Kept here, so that the next one shows at once; the address follows for reload and back.
  const [at, setAt] = useState(() => search.get(AT) ?? '');
  const list = useList(filters, at, held);

  const mine = useMemo(() => decided(desk), [desk]);
  const visible = list.shown.filter(
    (one) => one.id === at || fits(filters, { ...one, state: mine.get(one.id) ?? one.state }),
  );
  const waits = (one: Summary) => !mine.has(one.id) && WAITING.includes(one.state);
  // On a wide screen the newest is open at once, and stays open when a newer one arrives.
  const newest = visible[0]?.id ?? '';
  if (wide && at === '' && newest !== '') setAt(newest);
  const selected = at;

  const select = (id: string): void => {
    setAt(id);
    setSearch(
      (before) => {
        const after = new URLSearchParams(before);
        if (id === '') after.delete(AT);
        else after.set(AT, id);
        return after;
      },
      { replace: true, preventScrollReset: true },
    );
  };
  const change = (to: Filters): void => {
    const after = toAddress(to, search);
    after.delete(AT);
    setSearch(after);
  };
  const open = (id: string): void => {
    if (id !== '') void navigate(`/incidents/${id}`);
  };

  useEffect(() => {
    const count = list.waiting === undefined || list.waiting === 0 ? '' : `(${String(list.waiting)}) `;
    document.title = `${count}${say('title')} · 雪亮`;
  }, [list.waiting, say]);
  useEffect(() => {
    remember(
      visible.map(({ id }) => id),
      search.toString(),
    );
  });
  useAhead(client, visible, selected);
  // The row says what the page beside it says, also once its state has left the filter.
  const opened = useIncident(selected).data;
  const { learn } = list;
  useEffect(() => {
    if (opened !== undefined) learn(opened);
    // eslint-disable-next-line react-hooks/exhaustive-deps -- news are taken in once
  }, [opened]);

  useCommands(({ does }) => {
    if (does === 'next' || does === 'previous') {
      select(neighbour(visible, selected, does === 'next' ? 1 : -1));
    } else if (does === 'open') open(selected);
    else return false;
    return true;
  });

  const advance = (id: string): void => {
    const next = following(visible, id, waits) || (list.fresh.find(waits)?.id ?? '');
    if (list.fresh.some((one) => one.id === next)) list.reveal();
    select(next);
  };
  const empty = list.there && visible.length === 0 && list.fresh.length === 0;
  return (
    <section className={`sq${wide ? ' sq-wide' : ''}`}>
      <div className="sq-list">
        <header className="sq-head">
          <h1>{say('title')}</h1>
          <span className="si-quiet" aria-live="polite">
            {list.waiting === undefined
              ? ''
              : list.waiting === 0
                ? say('waitingNone')
                : say('waiting', { count: list.waiting })}
          </span>
          <span className="sq-head-tools">
            <SoundSwitch />
          </span>
        </header>
        <FilterBar filters={filters} life={life} onChange={change} />
        {list.error !== null && <Failure error={list.error} onRetry={list.refetch} small />}
        {!list.there ? (
          list.error === null && <Waiting rows={10} onRetry={list.refetch} />
        ) : empty ? (
          isNarrowed(filters) || !isWaiting(filters) ? (
            <NothingFits
              onReset={() => {
                change({ ...filters, states: WAITING, kinds: [], cameras: [], presence: '', from: '', before: '' });
              }}
            />
          ) : (
            <NothingWaits />
          )
        ) : (
          <Rows
            list={list}
            visible={visible}
            selected={selected}
            stated={!isWaiting(filters)}
            onSelect={wide ? select : open}
            onHeld={setHeld}
          />
        )}
      </div>
      {wide && (
        <div className="sq-pane">
          <Pane
            id={selected}
            beside
            onDecided={advance}
            onShow={(one) => {
              list.restore(one);
              select(one.id);
            }}
          />
        </div>
      )}
    </section>
  );
}

/** Fetches what comes next with its pictures, so that the next decision finds it there. */
function useAhead(
  client: ReturnType<typeof useQueryClient>,
  visible: readonly Summary[],
  selected: string,
): void {
  const done = useRef(new Set<string>());
  const index = visible.findIndex((one) => one.id === selected);
  const ahead = visible.slice(index + 1, index + 1 + AHEAD).map(({ id }) => id);
  const wanted = ahead.join(' ');
  useEffect(() => {
    for (const id of wanted.split(' ')) {
      if (id === '' || done.current.has(id)) continue;
      done.current.add(id);
      // It is only for speed: what fails here is fetched, and told, when it is looked at.
      preload(client, id).catch(() => done.current.delete(id));
    }
  }, [client, wanted]);
}

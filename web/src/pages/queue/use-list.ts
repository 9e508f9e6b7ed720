/** The list as it is shown: its head is fetched anew when something happens, older pages once. */
import { useQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useReducer, useState } from 'react';
import { api, ask } from '~/api/client';
import { onLive } from '~/api/live';
import { keys } from '~/api/queries';
import { runner } from '../incident/runner';
import type { Incident, Page, Summary } from '../incident/types';
import { compare, graver } from './arrivals';
import { afterHead, afterNews, afterOlder, BEGIN, shownAll, type Paged } from './paging';
import { fits, toQuery, type Filters } from './filters';

const PAGE = 50;
const SINGLES = 5;

export interface List extends Paged {
  waiting: number | undefined;
  error: unknown;
  /** False until the first answer. */
  there: boolean;
  refetch: () => void;
  reveal: () => void;
  /** Takes in what is known of one from elsewhere. */
  learn: (one: Summary) => void;
  /** Puts one back in, because its decision was undone. */
  restore: (one: Summary) => void;
  older: () => void;
  olderBusy: boolean;
}

type Action =
  | { type: 'head'; page: Page; kept: string; held: boolean }
  | { type: 'older'; page: Page }
  | { type: 'news'; news: Summary[]; kept: string; held: boolean }
  | { type: 'reveal' };

/** The incidents of one set of filters. `kept` must not vanish; `held`: arrivals wait. */
export function useList(filters: Filters, kept: string, held: boolean): List {
  const [state, dispatch] = useReducer((before: Paged, action: Action): Paged => {
    const fitting = (one: Summary) => fits(filters, one);
    const order = filters.order === 'gravest' ? graver : compare;
    if (action.type === 'reveal') return shownAll(before, order);
    if (action.type === 'older') return afterOlder(before, action.page, fitting, order);
    const reading = { kept: action.kept, held: action.held, fits: fitting, order };
    return action.type === 'head'
      ? afterHead(before, action.page, reading)
      : afterNews(before, action.news, reading);
  }, BEGIN);
  const [olderBusy, setOlderBusy] = useState(false);
  const query = toQuery(filters);
  const head = useQuery({
    queryKey: keys.incidents('head', query),
    queryFn: ({ signal }) => page(query, '', signal),
  });
  const { data, dataUpdatedAt } = head;
  useEffect(() => {
    if (data !== undefined) dispatch({ type: 'head', page: data, kept, held });
    // eslint-disable-next-line react-hooks/exhaustive-deps -- how it is read matters at the moment of the news only
  }, [data, dataUpdatedAt]);

  const hear = useCallback(
    (news: Summary[]) => {
      dispatch({ type: 'news', news, kept, held });
    },
    [kept, held],
  );
  useEffect(
    () =>
      runner.onFresh((fresh) => {
        hear([fresh]);
      }),
    [hear],
  );
  useBeyondTheHead(state, data, hear);

  const older = (): void => {
    if (olderBusy || state.tail === '') return;
    setOlderBusy(true);
    page(query, state.tail)
      .then((found) => {
        dispatch({ type: 'older', page: found });
      })
      .catch(() => head.refetch())
      .finally(() => {
        setOlderBusy(false);
      });
  };
  return {
    ...state,
    waiting: data?.waiting,
    error: head.error,
    there: data !== undefined && state.there,
    refetch: () => void head.refetch(),
    reveal: () => {
      dispatch({ type: 'reveal' });
    },
    learn: (one) => {
      hear([one]);
    },
    restore: (one) => {
      dispatch({ type: 'news', news: [one], kept: one.id, held });
    },
    older,
    olderBusy,
  };
}

/** Rows below the head are fetched one by one when something happens to them. */
function useBeyondTheHead(state: Paged, head: Page | undefined, hear: (news: Summary[]) => void): void {
  useEffect(() => {
    const inHead = new Set(head?.incidents.map(({ id }) => id));
    const below = new Set(state.shown.map(({ id }) => id).filter((id) => !inHead.has(id)));
    const wanted = new Set<string>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = (): void => {
      timer = undefined;
      const ids = [...wanted].slice(0, SINGLES);
      ids.forEach((id) => wanted.delete(id));
      void Promise.all(ids.map(one)).then((found) => {
        hear(found.filter((incident) => incident !== null));
      });
      if (wanted.size > 0) timer = setTimeout(look, 1000);
    };
    const stop = onLive(({ type, id }) => {
      if (type !== 'incident' || !below.has(id)) return;
      wanted.add(id);
      timer ??= setTimeout(look, 500);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [state.shown, head, hear]);
}

async function one(id: string): Promise<Incident | null> {
  try {
    return (await ask(
      api.GET('/api/v1/incidents/{incident}', { params: { path: { incident: id } } }),
    )) as Incident;
  } catch {
    return null; // It keeps what it showed; the next look at it says what is wrong.
  }
}

async function page(query: ReturnType<typeof toQuery>, after: string, signal?: AbortSignal): Promise<Page> {
  return (await ask(
    api.GET('/api/v1/incidents', { params: { query: { ...query, after, limit: PAGE } }, signal }),
  )) as Page;
}

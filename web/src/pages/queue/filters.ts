/** What the queue shows, as it stands in the address: reload, back and a sent link keep it. */

import type { Summary } from '../incident/types';

export type Presence = Summary['presence'];

export interface Filters {
  /** 'waiting', 'all', or states of the life cycle. */
  states: readonly string[];
  kinds: readonly string[];
  cameras: readonly string[];
  presence: Presence | '';
  /** RFC 3339, '' for open. */
  from: string;
  before: string;
  /** What stands above: the newest, or the gravest. */
  order: 'newest' | 'gravest';
}

/** The states in which a case waits for a reviewer. */
export const WAITING: readonly string[] = ['pending_review', 'field_check'];

const ALL = 'all';

/** Reads filters from an address; what it does not say is the default: what waits for a person. */
export function fromAddress(search: URLSearchParams): Filters {
  const states = search.getAll('state');
  const presence = search.get('presence') ?? '';
  return {
    states: states.length === 0 ? WAITING : states.includes(ALL) ? [] : states,
    kinds: search.getAll('kind'),
    cameras: search.getAll('camera'),
    presence: presence === 'here' || presence === 'gone' || presence === 'unknown' ? presence : '',
    from: time(search.get('from')),
    before: time(search.get('before')),
    order: search.get('order') === 'gravest' ? 'gravest' : 'newest',
  };
}

/** Writes filters as an address, the default as nothing; other parts of the address stay. */
export function toAddress(filters: Filters, search: URLSearchParams): URLSearchParams {
  const after = new URLSearchParams(search);
  for (const name of ['state', 'kind', 'camera', 'presence', 'from', 'before', 'order']) after.delete(name);
  if (filters.states.length === 0) after.append('state', ALL);
  else if (!isWaiting(filters)) filters.states.forEach((one) => after.append('state', one));
  filters.kinds.forEach((one) => after.append('kind', one));
  filters.cameras.forEach((one) => after.append('camera', one));
  if (filters.presence) after.set('presence', filters.presence);
  if (filters.from) after.set('from', filters.from);
  if (filters.before) after.set('before', filters.before);
  if (filters.order === 'gravest') after.set('order', filters.order);
  return after;
}

/** Says whether these are the states that wait for a reviewer. */
export function isWaiting(filters: Filters): boolean {
  const states = new Set(filters.states);
  return states.size === WAITING.length && WAITING.every((one) => states.has(one));
}

/** Says whether nothing but the default is asked for. */
export function isPlain(filters: Filters): boolean {
  return isWaiting(filters) && !isNarrowed(filters);
}

/** Says whether something beside the states narrows the list. */
export function isNarrowed(filters: Filters): boolean {
  const { kinds, cameras, presence, from, before } = filters;
  return kinds.length > 0 || cameras.length > 0 || [presence, from, before].some(Boolean);
}

/** Says whether an incident belongs in the list, as the server would. */
export function fits(filters: Filters, one: Summary): boolean {
  const { states, kinds, cameras, presence, from, before } = filters;
  const opened = Date.parse(one.opened_at);
  return (
    (states.length === 0 || states.includes(one.state)) &&
    (kinds.length === 0 || kinds.includes(one.kind)) &&
    (cameras.length === 0 || cameras.includes(one.camera.id)) &&
    (presence === '' || presence === one.presence) &&
    (from === '' || opened >= Date.parse(from)) &&
    (before === '' || opened < Date.parse(before))
  );
}

/** Returns the query parameters of the list's route. */
export function toQuery(filters: Filters) {
  return {
    state: [...filters.states],
    kind: [...filters.kinds],
    camera: [...filters.cameras],
    ...(filters.presence ? { presence: filters.presence } : {}),
    ...(filters.from ? { opened_from: filters.from } : {}),
    ...(filters.before ? { opened_before: filters.before } : {}),
    ...(filters.order === 'gravest' ? { order: filters.order } : {}),
  };
}

function time(written: string | null): string {
  return written !== null && !Number.isNaN(Date.parse(written)) ? written : '';
}

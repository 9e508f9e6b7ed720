/** Which cameras the list shows: read from the address, so that a list can be sent to somebody. Pure. */

export interface Filter {
  search: string;
  states: string[];
  blind: boolean;
  unit: string;
  /** Id of the last camera of the page before; '' on the first. */
  after: string;
}

export type View = 'table' | 'wall';

export function readFilter(params: URLSearchParams): Filter {
  return {
    search: params.get('search') ?? '',
    states: params.getAll('state'),
    blind: params.get('blind') === '1',
    unit: params.get('unit') ?? '',
    after: params.get('after') ?? '',
  };
}

/** As chosen; on a narrow screen cards unless the table was asked for. */
export function readView(params: URLSearchParams, narrow = false): View {
  const view = params.get('view');
  if (view === 'wall' || view === 'table') return view;
  return narrow ? 'wall' : 'table';
}

export function writeFilter(filter: Filter, view: View, narrow = false): URLSearchParams {
  const params = new URLSearchParams();
  if (filter.search !== '') params.set('search', filter.search);
  filter.states.forEach((state) => {
    params.append('state', state);
  });
  if (filter.blind) params.set('blind', '1');
  if (filter.unit !== '') params.set('unit', filter.unit);
  if (filter.after !== '') params.set('after', filter.after);
  if (view !== (narrow ? 'wall' : 'table')) params.set('view', view);
  return params;
}

/** Another filter starts on its first page. */
export function changed(filter: Filter, by: Partial<Filter>): Filter {
  return { ...filter, after: '', ...by };
}

export function isFiltered({ search, states, blind, unit }: Filter): boolean {
  return search !== '' || states.length > 0 || blind || unit !== '';
}

/** How far a change has come at a camera. 'off': nothing runs there, so nothing is applied. */
export function progress(
  camera: { applied: number | null; enabled: boolean },
  revision: number | null,
  away: boolean,
): 'applied' | 'applying' | 'away' | 'off' | 'unknown' {
  if (!camera.enabled) return 'off';
  // What an absent worker had applied runs nowhere.
  if (away) return 'away';
  if (revision === null) return 'unknown';
  return camera.applied !== null && camera.applied >= revision ? 'applied' : 'applying';
}

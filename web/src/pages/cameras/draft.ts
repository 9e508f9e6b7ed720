/** A task being edited, as a value: what the form holds, and what the service takes. Pure. */
import type { Schemas } from '~/api/client';
import { ApiProblem } from '~/api/problem';
import type { Zone } from './zones/editor';

type TaskIn = Schemas['TaskIn'];
type Period = Schemas['Period'];

/** Everything of a task but its zones: those have an editor of their own. */
export interface Draft {
  enabled: boolean;
  parameters: Record<string, unknown>;
  time_plan: Period[];
  review: boolean | null;
  template: string;
}

/** What a camera gets that has no such task yet. */
export const NEW: TaskIn = { enabled: true, parameters: {}, zones: [], time_plan: [], review: null, template: '' };

export function draftOf(wanted: TaskIn): Draft {
  const { enabled, parameters = {}, time_plan = [], review = null, template } = wanted;
  return { enabled, parameters, time_plan, review, template };
}

export function taskOf(draft: Draft, zones: readonly Zone[]): TaskIn {
  return { ...draft, zones: zones.map(({ name, kind, points }) => ({ name, kind, points: points.map(([x, y]) => [x, y]) })) };
}

/** Two tasks want the same; the order of parameters means nothing. */
export function sameTask(a: TaskIn, b: TaskIn): boolean {
  return JSON.stringify(plain(a)) === JSON.stringify(plain(b));
}

function plain(task: TaskIn): unknown {
  const { parameters, ...rest } = draftOf(task);
  const zones = (task.zones ?? []).map(({ name, kind, points }) => [name, kind, points]);
  const periods = rest.time_plan.map(({ days, start, end }) => [[...(days ?? [])].sort(), start, end]);
  return [rest.enabled, rest.review, rest.template, periods, zones, Object.entries(parameters).sort(([x], [y]) => (x < y ? -1 : 1))];
}

export interface Refusals {
  parameters: Record<string, string>;
  /** By place in the list. */
  zones: Record<number, string>;
  periods: Record<number, string>;
  /** What belongs to no field that is shown. */
  others: string[];
}

/** Where the service's refusals belong. */
export function refusalsOf(error: unknown): Refusals {
  const found: Refusals = { parameters: {}, zones: {}, periods: {}, others: [] };
  if (!(error instanceof ApiProblem)) return found;
  for (const { field, reason } of error.errors) {
    const [, parameter] = /parameters[.[]"?'?([A-Za-z0-9_]+)/.exec(field) ?? [];
    const [, list, place] = /(zones|time_plan)[.[](\d+)/.exec(field) ?? [];
    if (parameter !== undefined) found.parameters[parameter] = reason;
    else if (list === 'zones') found.zones[Number(place)] = reason;
    else if (list === 'time_plan') found.periods[Number(place)] = reason;
    else found.others.push(field === '' ? reason : `${field}: ${reason}`);
  }
  return found;
}

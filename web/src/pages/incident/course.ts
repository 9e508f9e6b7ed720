/** What happened in which order: sightings and decisions on one line. */

import type { Decision, Incident } from './types';

export interface Step {
  at: string;
  what: 'tl_began' | 'tl_opened' | 'tl_merged' | 'tl_reopened' | 'tl_seen' | 'tl_cleared' | 'tl_risen';
  count: number;
  /** What it became, where it became graver. */
  risen: Incident['levels'][number] | null;
  tone: 'seen' | 'grave' | 'gone' | 'decided';
  decision: Decision | null;
}

export function course(incident: Incident): Step[] {
  const seen = (at: string, what: Step['what'], count = 0, tone: Step['tone'] = 'seen'): Step => {
    return { at, what, count, tone, risen: null, decision: null };
  };
  const steps = [seen(incident.since, 'tl_began'), seen(incident.opened_at, 'tl_opened')];
  // Only their number is told; they lie before the newest one.
  if (incident.reopened > 0) steps.push(seen(incident.last_seen, 'tl_reopened', incident.reopened));
  if (incident.merged > 0) steps.push(seen(incident.last_seen, 'tl_merged', incident.merged));
  else if (Date.parse(incident.last_seen) > Date.parse(incident.opened_at)) {
    steps.push(seen(incident.last_seen, 'tl_seen'));
  }
  if (incident.cleared_at) steps.push(seen(incident.cleared_at, 'tl_cleared', 0, 'gone'));
  for (const risen of incident.levels) {
    steps.push({ at: risen.at, what: 'tl_risen', count: 0, tone: 'grave', risen, decision: null });
  }
  for (const decision of incident.decisions) {
    steps.push({ at: decision.at, what: 'tl_opened', count: 0, tone: 'decided', risen: null, decision });
  }
  return steps
    .map((step, index) => ({ step, index }))
    .sort((a, b) => Date.parse(a.step.at) - Date.parse(b.step.at) || a.index - b.index)
    .map(({ step }) => step);
}

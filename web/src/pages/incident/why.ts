/** What made it fire, as a sentence that a person can check against the picture. */

import type { Language, Say } from '~/i18n/words';
import { duration } from '~/parts/time';
import type { Incident, Task } from './types';
import type { IncidentWord } from './words';

export interface Why {
  /** What was seen, where, for how long. */
  seen: string;
  /** The limit it went over, '' when its parameters name none. */
  limit: string;
  /** Who set that limit, or that it was changed since; '' when nobody knows. */
  origin: string;
  /** What to keep in mind when judging. */
  cautions: string[];
}

/** What rules write where no zone is drawn. */
const EVERYWHERE = 'whole picture';

const LABELS = ['car', 'truck', 'bus', 'motorcycle', 'bicycle', 'person'] as const;
const SEEN = {
  illegal_parking: ['seenParking', 'againParking'],
  nonmotor_parking: ['seenCycles', 'againCycles'],
  litter: ['seenLitter', 'againLitter'],
  fall: ['seenFall', 'againFall'],
  flooding: ['seenFlooding', 'againFlooding'],
} as const;
const OTHER = ['seenOther', 'againOther'] as const;

type SayIt = Say<IncidentWord>;

/** Builds the sentences; `task` is the camera's task as it is now, if it may be read. */
export function why(
  incident: Incident,
  kind: string,
  task: Task | undefined,
  say: SayIt,
  language: Language,
): Why {
  return {
    seen: seen(incident, kind, say, language),
    limit: limit(incident, say, language),
    origin: origin(incident, task, say, language),
    cautions: cautions(incident, say),
  };
}

/** Returns where it is: in a named zone, or anywhere in the picture. */
export function where(zone: string, say: SayIt): string {
  const name = zoneName(zone);
  return name === '' ? say('inPicture') : say('inZone', { zone: name });
}

/** Returns the name of a drawn zone, '' where the whole picture is watched. */
export function zoneName(zone: string): string {
  return zone === EVERYWHERE ? '' : zone;
}

/** Returns what a detector calls a thing, in words. */
export function label(name: string, say: SayIt): string {
  const known = LABELS.find((one) => one === name);
  return known === undefined ? name : say(`label_${known}`);
}

function seen(incident: Incident, kind: string, say: SayIt, language: Language): string {
  const { facts } = incident;
  const [once, again] = SEEN[incident.kind as keyof typeof SEEN] ?? OTHER;
  // What came back was not there all the time.
  return say(incident.reopened > 0 ? again : once, {
    kind,
    what: typeof facts.label === 'string' ? label(facts.label, say) : say('label_vehicle'),
    count: typeof facts.count === 'number' ? facts.count : '?',
    share: typeof facts.share === 'number' ? percent(facts.share) : '?',
    where: where(incident.zone, say),
    dwell: duration(incident.dwell_s, language),
  });
}

function limit(incident: Incident, say: SayIt, language: Language): string {
  const { dwell_s: dwell, area_ratio: area } = incident.made_by.parameters;
  if (typeof dwell !== 'number') return '';
  const lasting = duration(dwell, language);
  if (incident.kind === 'flooding' && typeof area === 'number') {
    return say('limitArea', { share: percent(area), dwell: lasting });
  }
  return say('limit', { dwell: lasting });
}

function origin(incident: Incident, task: Task | undefined, say: SayIt, language: Language): string {
  const used = incident.made_by.parameters.dwell_s;
  const now = task?.values.dwell_s;
  if (now === undefined || typeof used !== 'number') return '';
  if (now.value === used) return say(`origin_${now.origin}`);
  const today = typeof now.value === 'number' ? duration(now.value, language) : String(now.value);
  return say('originChanged', { today });
}

function cautions(incident: Incident, say: SayIt): string[] {
  const found: string[] = [];
  if (incident.facts.sampled === true) found.push(say('sampled'));
  if (incident.presence === 'gone' && incident.facts.seen_gone === false) {
    found.push(say('endUnseen'));
  }
  if (incident.made_by.clock === 'file') found.push(say('fromFile'));
  return found;
}

/** Returns a share of 0..1 as a percentage: one decimal where it is small. */
export function percent(share: number): string {
  const value = share * 100;
  return `${String(value < 10 ? Math.round(value * 10) / 10 : Math.round(value))} %`;
}

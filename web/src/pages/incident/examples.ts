/** Values that the tests of these pages start from. */

import type { Decision, Evidence, Incident, Lifecycle, Measured, Summary, Trace } from './types';

const rows: [string, string, string][] = [
  ['pending_review', 'confirm', 'confirmed'],
  ['field_check', 'confirm', 'confirmed'],
  ['pending_review', 'reject', 'rejected'],
  ['field_check', 'reject', 'rejected'],
  ['pending_review', 'mark_duplicate', 'duplicate'],
  ['pending_review', 'check_in_field', 'field_check'],
  ['rejected', 'redecide', 'pending_review'],
  ['duplicate', 'redecide', 'pending_review'],
  ['field_check', 'redecide', 'pending_review'],
  ['confirmed', 'withdraw', 'voided'],
];

export const life: Pick<Lifecycle, 'transitions'> = {
  transitions: rows.map(([state, action, to]) => ({ state, action, to })),
};

export function incident(given: Partial<Incident> = {}): Incident {
  return {
    id: 'a',
    kind: 'illegal_parking',
    kind_name: { zh: '机动车违停', en: 'Illegal parking' },
    camera: {
      id: 'east',
      name: '东门',
      owner_unit: '',
      place_code: '',
      gb_id: '',
      lon: null,
      lat: null,
      crs: '',
    },
    zone: '消防通道',
    state: 'pending_review',
    version: 1,
    presence: 'here',
    severity: 'medium',
    level: 0,
    level_name: null,
    score: 0.9,
    box: [0.1, 0.2, 0.3, 0.4],
    since: '2026-11-21T08:00:00.000Z',
    opened_at: '2026-11-21T08:05:00.000Z',
    updated_at: '2026-11-21T08:05:20.000Z',
    last_seen: '2026-11-21T08:05:20.000Z',
    cleared_at: null,
    dwell_s: 320,
    merged: 0,
    reopened: 0,
    muted: false,
    template: '',
    thumbnail: null,
    previous: '',
    duplicate_of: '',
    facts: { label: 'car', zone: '消防通道' },
    codes: {},
    opened: null,
    latest: null,
    levels: [],
    made_by: {
      algorithm: 'illegal_parking',
      algorithm_version: '1.0.0',
      models: {},
      parameters: { dwell_s: 300 },
      zone: { name: '消防通道', zones: [] },
      clock: 'camera session',
      revision: 1,
    },
    evidence: [],
    decisions: [],
    actions: ['confirm', 'reject', 'mark_duplicate', 'check_in_field'],
    fixture: false,
    ...given,
  };
}

/** An incident of the list, opened `minute` minutes after eight. */
export function listed(id: string, minute: number, given: Partial<Incident> = {}): Summary {
  const at = new Date(Date.UTC(2026, 10, 21, 8, minute)).toISOString();
  return incident({ id, opened_at: at, updated_at: at, ...given });
}

export function picture(role: string, second: number, given: Partial<Evidence> = {}): Evidence {
  return {
    role,
    state: 'attached',
    url: `/api/v1/evidence/${role}${String(second)}?until=2000000000`,
    media_type: 'image/jpeg',
    captured_at: new Date(Date.UTC(2026, 10, 21, 8, 0, second)).toISOString(),
    masked: true,
    sha256: `${role}${String(second)}`,
    why: '',
    ...given,
  };
}

export function decision(given: Partial<Decision> = {}): Decision {
  return {
    version: 2,
    action: 'confirm',
    from_state: 'pending_review',
    to_state: 'confirmed',
    actor: 'li',
    by: 'reviewer',
    reason: '',
    note: '',
    rule: '',
    at: '2026-11-21T08:06:00.000Z',
    ...given,
  };
}

export function measured(given: Partial<Measured> = {}): Measured {
  return {
    name: 'water_share',
    words: { zh: '积水面积占比', en: 'Zone under water' },
    unit: null,
    percent: true,
    limit: 0.5,
    above: true,
    ...given,
  };
}

/** A trace of one measure, by the seconds after its beginning. */
export function trace(
  samples: { second: number; sight?: 'held' | 'gone' | 'hidden'; value?: number | null }[],
): Trace {
  const at = (second: number) => new Date(Date.UTC(2026, 10, 21, 8, 0, 0) + second * 1000).toISOString();
  return {
    began_at: at(0),
    evidence_at: null,
    raised_at: null,
    every_s: 1,
    series: [measured()],
    samples: samples.map(({ second, sight = 'held', value = 0.6 }) => ({ at: at(second), sight, values: [value] })),
  };
}

import i18next from 'i18next';
import { describe, expect, it } from 'vitest';
import type { Language, Say } from '~/i18n/words';
import { incident } from './examples';
import type { Incident, Task } from './types';
import { why } from './why';
import { words, type IncidentWord } from './words';

function told(given: Partial<Incident>, language: Language, task?: Task) {
  const t = i18next.getFixedT(language, words.area);
  const say: Say<IncidentWord> = (key, fill) => t(key, fill ?? {});
  return why(incident(given), '占道', task, say, language);
}

function task(value: unknown, origin: 'default' | 'settings' | 'template' | 'camera'): Task {
  return { values: { dwell_s: { value, origin } } } as unknown as Task;
}

describe('why it was raised', () => {
  it('tells a parked car by zone, time and limit', () => {
    expect(told({}, 'en')).toMatchObject({
      seen: 'Car standing in zone “消防通道” for 5 min 20 s',
      limit: 'limit 5 min',
      origin: '',
    });
    expect(told({}, 'zh')).toMatchObject({
      seen: '小汽车在“消防通道”区域内停留 5 分 20 秒',
      limit: '时限 5 分',
    });
  });
  it('does not claim a zone where none was drawn', () => {
    expect(told({ zone: 'whole picture' }, 'en').seen).toContain('in the picture (no zone drawn)');
    expect(told({ zone: '' }, 'zh').seen).toContain('未划定区域');
  });
  it('does not claim that something was there all the time when it came back', () => {
    expect(told({ reopened: 2, dwell_s: 960 }, 'en').seen).toContain('on and off, over 16 min');
    expect(told({ reopened: 2, dwell_s: 960 }, 'zh').seen).toContain('反复停留,前后历时 16 分');
  });
  it('tells water by its share, and the threshold with it', () => {
    const flooding: Partial<Incident> = {
      kind: 'flooding',
      facts: { share: 0.343 },
      made_by: { ...incident().made_by, parameters: { dwell_s: 180, area_ratio: 0.1 } },
    };
    expect(told(flooding, 'en')).toMatchObject({
      seen: 'Water on 34 % of the ground in zone “消防通道”, for 5 min 20 s',
      limit: 'limit 10 % for 3 min',
    });
  });
  it('counts two-wheelers', () => {
    const row: Partial<Incident> = { kind: 'nonmotor_parking', facts: { count: 4, label: 'bicycle' } };
    expect(told(row, 'en').seen).toContain('4 two-wheelers left standing');
    expect(told(row, 'zh').seen).toContain('4 辆非机动车');
  });
  it('has words for every kind of the catalog and for kinds to come', () => {
    for (const kind of ['litter', 'fall', 'flooding', 'illegal_parking', 'nonmotor_parking', 'vendor']) {
      for (const language of ['zh', 'en'] as const) {
        expect(told({ kind }, language).seen).not.toMatch(/\{\{|seen[A-Z]/);
      }
    }
    expect(told({ kind: 'vendor' }, 'zh').seen).toContain('占道');
  });
  it('tells who set the limit', () => {
    expect(told({}, 'en', task(300, 'camera')).origin).toBe('set for this camera');
    expect(told({}, 'zh', task(300, 'template')).origin).toBe('来自模板');
  });
  it('tells that the limit was changed since', () => {
    expect(told({}, 'en', task(600, 'default')).origin).toBe('changed since, now 10 min');
  });
  it('says nothing of a limit that its parameters do not name', () => {
    const made_by = { ...incident().made_by, parameters: {} };
    expect(told({ made_by }, 'en', task(300, 'camera'))).toMatchObject({ limit: '', origin: '' });
  });
  it('warns of what was not seen', () => {
    const cautions = told({ presence: 'gone', facts: { sampled: true, seen_gone: false } }, 'en').cautions;
    expect(cautions).toHaveLength(2);
    expect(told({ presence: 'here', facts: { seen_gone: false } }, 'en').cautions).toEqual([]);
  });
});

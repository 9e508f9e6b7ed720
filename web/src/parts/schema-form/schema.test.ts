import { describe, expect, it } from 'vitest';
import { counted, fieldsOf, inherited, stepOf, wrongFields, wrongWith, type Field } from './schema';

const schema = {
  type: 'object',
  properties: {
    labels: { type: 'array', items: { type: 'string' }, default: ['car'], minItems: 1 },
    dwell_s: {
      type: 'number',
      default: 300,
      minimum: 2,
      maximum: 14400,
      title: 'Dwell',
      title_zh: '停留时长',
      unit: 's',
      unit_zh: '秒',
      main: true,
    },
    levels: { type: 'array', items: { type: 'number' }, default: [0.3], maxItems: 2 },
    confirm_s: { type: 'number', default: 3, counts_at_most: { parameter: 'dwell_s', share: 0.5 } },
    min_px: { type: 'integer', default: 8, minimum: 4, maximum: 200, title: 'Min Px' },
  },
};

function field(name: string): Field {
  const found = fieldsOf(schema).find((f) => f.name === name);
  if (!found) throw new Error(name);
  return found;
}

describe('what counts of a value', () => {
  const of = (dwell: unknown) => (value: unknown, name = 'confirm_s') => counted(field(name), value, () => dwell);
  it('is at most a share of another one', () => {
    expect([of(8)(3), of(8)(4), of(8)(5)]).toEqual([null, null, 4]);
  });
  it('is all of it where nothing bounds it, or nobody knows', () => {
    expect([of(8)(300, 'dwell_s'), of(undefined)(5), of(8)('')]).toEqual([null, null, null]);
  });
});

describe('fields', () => {
  it('come with what people tune first', () => {
    expect(fieldsOf(schema).map((f) => f.name)).toEqual(['dwell_s', 'labels', 'levels', 'confirm_s', 'min_px']);
    expect(field('dwell_s').main).toBe(true);
    expect(field('labels').main).toBe(false);
  });

  it('speak both languages, or one for both, or their name', () => {
    expect(field('dwell_s').title).toEqual({ zh: '停留时长', en: 'Dwell' });
    expect(field('min_px').title).toEqual({ zh: 'Min Px', en: 'Min Px' });
    expect(field('levels').title.en).toBe('levels');
    expect(field('dwell_s').unit).toEqual({ zh: '秒', en: 's' });
  });

  it('survive a schema that is none', () => {
    expect(fieldsOf({})).toEqual([]);
    expect(fieldsOf({ properties: { odd: { anyOf: [] } } })[0]?.kind).toBe('other');
  });
});

it('takes each value from the last layer that gives it', () => {
  const found = inherited(
    schema,
    { origin: 'settings', values: { dwell_s: 200, min_px: 10 } },
    { origin: 'template', values: { dwell_s: 6 } },
  );
  expect(found.dwell_s).toEqual({ value: 6, origin: 'template' });
  expect(found.min_px).toEqual({ value: 10, origin: 'settings' });
  expect(found.labels).toEqual({ value: ['car'], origin: 'default' });
});

describe('a value', () => {
  it('must lie in its range', () => {
    expect(wrongWith(field('dwell_s'), 2)).toBeNull();
    expect(wrongWith(field('dwell_s'), 1.9)).toBe('low');
    expect(wrongWith(field('dwell_s'), 14401)).toBe('high');
    expect(wrongWith(field('dwell_s'), null)).toBe('missing');
  });

  it('must be whole where the schema says so', () => {
    expect(wrongWith(field('min_px'), 8.5)).toBe('whole');
  });

  it('must have as many items as allowed', () => {
    expect(wrongWith(field('labels'), [])).toBe('fewItems');
    expect(wrongWith(field('levels'), [0.1, 0.2, 0.3])).toBe('manyItems');
    expect(wrongWith(field('levels'), ['x'])).toBe('number');
  });

  it('is only judged where the camera has one of its own', () => {
    expect(wrongFields(schema, { dwell_s: 0 })).toEqual(['dwell_s']);
    expect(wrongFields(schema, {})).toEqual([]);
  });
});

it('steps by a round part of the range', () => {
  expect(stepOf({ ...field('dwell_s'), minimum: 0.05, maximum: 1 })).toBe(0.05);
  expect(stepOf(field('dwell_s'))).toBe(1);
  expect(stepOf(field('min_px'))).toBe(1);
});

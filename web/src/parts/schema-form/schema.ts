/** A flat JSON Schema of parameters as fields of a form, and who gives each its value. Pure. */
import type { Text } from '~/i18n/words';

/** As the service names them; 'camera' is the nearest to the picture and wins. */
export type Origin = 'default' | 'settings' | 'template' | 'camera';

export interface Given {
  value: unknown;
  origin: Origin;
}

export type Kind = 'integer' | 'number' | 'boolean' | 'texts' | 'numbers' | 'text' | 'other';

export interface Field {
  name: string;
  kind: Kind;
  title: Text;
  description: Text;
  unit: Text;
  /** A text list may only hold these, when the schema says so. */
  choices: string[];
  minimum: number | null;
  maximum: number | null;
  mostItems: number | null;
  leastItems: number;
  byDefault: unknown;
  /** No more of it counts than this share of another parameter. */
  countsAtMost: { parameter: string; share: number } | null;
  /** One of the few that people tune; the others are folded away. */
  main: boolean;
}

type Property = Record<string, unknown>;

/** The fields of a schema: those first that the schema calls main, else in its order. */
export function fieldsOf(schema: Record<string, unknown>): Field[] {
  const properties = isRecord(schema.properties) ? schema.properties : {};
  const fields = Object.entries(properties).flatMap(([name, property]) =>
    isRecord(property) ? [fieldOf(name, property)] : [],
  );
  return fields.sort((a, b) => Number(b.main) - Number(a.main));
}

function fieldOf(name: string, property: Property): Field {
  const items = isRecord(property.items) ? property.items : {};
  const choices = Array.isArray(items.enum) ? items.enum : property.enum;
  return {
    name,
    kind: kindOf(property, items),
    title: textOf(property, 'title', name),
    description: textOf(property, 'description', ''),
    unit: textOf(property, 'unit', ''),
    choices: Array.isArray(choices) ? choices.map(String) : [],
    minimum: numberOf(property.minimum ?? property.exclusiveMinimum),
    maximum: numberOf(property.maximum ?? property.exclusiveMaximum),
    mostItems: numberOf(property.maxItems),
    leastItems: numberOf(property.minItems) ?? 0,
    byDefault: property.default,
    countsAtMost: boundOf(property.counts_at_most),
    main: property.main === true,
  };
}

function boundOf(value: unknown): Field['countsAtMost'] {
  if (!isRecord(value)) return null;
  const { parameter, share } = value;
  return typeof parameter === 'string' && typeof share === 'number' ? { parameter, share } : null;
}

/** What counts of a value where another parameter bounds it; null where all of it does. */
export function counted(field: Field, value: unknown, valueOf: (name: string) => unknown): number | null {
  if (field.countsAtMost === null || typeof value !== 'number') return null;
  const other = valueOf(field.countsAtMost.parameter);
  if (typeof other !== 'number') return null;
  const most = other * field.countsAtMost.share;
  return most < value ? most : null;
}

function kindOf(property: Property, items: Property): Kind {
  switch (property.type) {
    case 'integer':
    case 'number':
    case 'boolean':
      return property.type;
    case 'string':
      return 'text';
    case 'array':
      if (items.type === 'string') return 'texts';
      return items.type === 'number' || items.type === 'integer' ? 'numbers' : 'other';
    default:
      return 'other';
  }
}

/** A text of a property: in both languages, or in one for both. */
function textOf(property: Property, key: string, otherwise: string): Text {
  const value = property[key];
  if (isRecord(value)) {
    const { zh, en } = value;
    return { zh: String(zh ?? en ?? otherwise), en: String(en ?? zh ?? otherwise) };
  }
  const plain = typeof value === 'string' && value !== '' ? value : otherwise;
  const chinese = property[`${key}_zh`];
  return { zh: typeof chinese === 'string' ? chinese : plain, en: plain };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

const numberOf = (value: unknown): number | null => (typeof value === 'number' ? value : null);

/** What each parameter is without values of its own: the later layers win. */
export function inherited(
  schema: Record<string, unknown>,
  ...layers: { origin: Origin; values: Record<string, unknown> }[]
): Record<string, Given> {
  return Object.fromEntries(
    fieldsOf(schema).map(({ name, byDefault }) => {
      const layer = layers.findLast(({ values }) => name in values);
      const given: Given = layer
        ? { value: layer.values[name], origin: layer.origin }
        : { value: byDefault, origin: 'default' };
      return [name, given];
    }),
  );
}

export type Wrong = 'missing' | 'low' | 'high' | 'whole' | 'fewItems' | 'manyItems' | 'number';

/** Why a value cannot be sent; null when the service will take it. */
export function wrongWith(field: Field, value: unknown): Wrong | null {
  if (value === undefined || value === null || value === '') return 'missing';
  if (field.kind === 'number' || field.kind === 'integer') return wrongNumber(field, value);
  if (Array.isArray(value)) {
    if (value.length < field.leastItems) return 'fewItems';
    if (field.mostItems !== null && value.length > field.mostItems) return 'manyItems';
    if (field.kind === 'numbers' && value.some((v) => typeof v !== 'number')) return 'number';
  }
  return null;
}

function wrongNumber(field: Field, value: unknown): Wrong | null {
  if (typeof value !== 'number' || !Number.isFinite(value)) return 'number';
  if (field.kind === 'integer' && !Number.isInteger(value)) return 'whole';
  if (field.minimum !== null && value < field.minimum) return 'low';
  if (field.maximum !== null && value > field.maximum) return 'high';
  return null;
}

/** The names of own values that cannot be sent. */
export function wrongFields(
  schema: Record<string, unknown>, own: Record<string, unknown>,
): string[] {
  return fieldsOf(schema)
    .filter((field) => field.name in own && wrongWith(field, own[field.name]) !== null)
    .map(({ name }) => name);
}

/** Two values of a parameter are the same. */
export function sameValue(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** How far one click of the arrows goes: about a hundredth of the range, a round number. */
export function stepOf(field: Field): number {
  if (field.kind === 'integer') return 1;
  const { minimum, maximum } = field;
  if (minimum === null || maximum === null) return 1;
  const range = maximum - minimum;
  if (range <= 0.1) return 0.005;
  if (range <= 2) return 0.05;
  return range <= 20 ? 0.5 : 1;
}

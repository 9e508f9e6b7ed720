/** Parameters of an algorithm as a form: value, unit, range, who gives it, and the way back. */
import { UndoOutlined } from '@ant-design/icons';
import { Button, Collapse, Flex, InputNumber, Select, Switch, Input, Tag, Tooltip, Typography } from 'antd';
import { duration } from '~/parts/time';
import { useWords, type Language } from '~/i18n/words';
import { counted, fieldsOf, stepOf, wrongWith, type Field, type Given, type Origin } from './schema';
import { words } from './words';
import './form.css';

export interface SchemaFormProps {
  /** Flat JSON Schema: `Algorithm.parameters`. */
  schema: Record<string, unknown>;
  /** What each parameter is without a value of its own (`inherited` makes it). */
  inherited: Record<string, Given>;
  /** The values that this form is about; what is left out is inherited. */
  own: Record<string, unknown>;
  /** Whose values these are. */
  ownOrigin: Origin;
  onChange: (own: Record<string, unknown>) => void;
  language: Language;
  /** Refusals of the service by parameter. */
  errors?: Record<string, string>;
  /** Name of the template that some values come from. */
  templateName?: string;
  readOnly?: boolean;
}

export function SchemaForm(props: SchemaFormProps) {
  const { schema, own, errors = {} } = props;
  const say = useWords(words);
  const fields = fieldsOf(schema);
  const main = fields.filter((f) => f.main);
  const fine = fields.filter((f) => !f.main);
  const changed = fine.filter((f) => f.name in own).length;
  const refused = fine.some((f) => f.name in errors || (f.name in own && wrongWith(f, own[f.name]) !== null));
  const rows = (some: Field[]) => some.map((field) => <Row key={field.name} field={field} {...props} />);
  if (main.length === 0) return <div className="se-params">{rows(fine)}</div>;
  return (
    <div className="se-params">
      {rows(main)}
      {fine.length > 0 && (
        <Collapse
          size="small"
          defaultActiveKey={refused ? ['fine'] : []}
          items={[
            {
              key: 'fine',
              label: (
                <Flex gap={8} align="center" wrap>
                  {say('fine')}
                  <Typography.Text type="secondary">{say('fineCount', { count: fine.length })}</Typography.Text>
                  {changed > 0 && <Tag color="blue">{say('changedCount', { count: changed })}</Tag>}
                </Flex>
              ),
              children: rows(fine),
            },
          ]}
        />
      )}
    </div>
  );
}

function Row({ field, ...props }: SchemaFormProps & { field: Field }) {
  const { inherited, own, ownOrigin, onChange, language, errors = {}, templateName, readOnly } = props;
  const say = useWords(words);
  const { name } = field;
  const mine = name in own;
  const above = inherited[name] ?? { value: field.byDefault, origin: 'default' as const };
  const value = mine ? own[name] : above.value;
  const less = counted(field, value, (other) => (other in own ? own[other] : inherited[other]?.value));
  const wrong = mine ? wrongWith(field, value) : null;
  const origin = (from: Origin): string =>
    from === 'template' && templateName ? say('templateNamed', { name: templateName }) : say(from);
  const bounds = { least: field.minimum ?? field.leastItems, most: field.maximum ?? field.mostItems ?? '' };
  const set = (to: unknown): void => {
    onChange({ ...own, [name]: to });
  };
  const reset = (): void => {
    onChange(Object.fromEntries(Object.entries(own).filter(([key]) => key !== name)));
  };
  const id = `parameter-${name}`;
  return (
    <div className={mine ? 'se-param se-param-own' : 'se-param'} data-parameter={name}>
      <div className="se-param-head">
        <label htmlFor={id}>{field.title[language]}</label>
        <Tag variant="filled" color={mine ? 'blue' : above.origin === 'template' ? 'gold' : 'default'}>
          {origin(mine ? ownOrigin : above.origin)}
        </Tag>
      </div>
      <Flex gap={8} align="center" wrap>
        <Control id={id} field={field} value={value} onChange={set} language={language} disabled={readOnly === true} />
        <span className="se-param-range">{[isLong(unitOf(field, language)) ? unitOf(field, language) : '', rangeOf(field, say)].filter((part) => part !== '').join(' · ')}</span>
        {mine && readOnly !== true && (
          <Tooltip title={say('back', { value: shown(above.value, field, language, say), origin: origin(above.origin) })}>
            <Button
              size="small"
              type="text"
              icon={<UndoOutlined />}
              onClick={reset}
              aria-label={say('back', { value: shown(above.value, field, language, say), origin: origin(above.origin) })}
            >
              {shown(above.value, field, language, say)}
            </Button>
          </Tooltip>
        )}
      </Flex>
      {(wrong !== null || errors[name] !== undefined) && (
        <Typography.Text type="danger" role="alert">
          {wrong !== null ? say(wrong, bounds) : errors[name]}
        </Typography.Text>
      )}
      {less !== null && (
        <Typography.Text type="warning">{say('counts', { value: shown(less, field, language, say) })}</Typography.Text>
      )}
      <Hint field={field} value={value} language={language} />
    </div>
  );
}

function Hint({ field, value, language }: { field: Field; value: unknown; language: Language }) {
  const long = isSeconds(field) && typeof value === 'number' && value >= 60;
  const parts = [long ? `= ${duration(value, language)}` : '', field.description[language]];
  return <div className="se-param-hint">{parts.filter((part) => part !== '').join(' · ')}</div>;
}

interface ControlProps {
  id: string;
  field: Field;
  value: unknown;
  onChange: (value: unknown) => void;
  language: Language;
  disabled: boolean;
}

function Control({ id, field, value, onChange, language, disabled }: ControlProps) {
  const say = useWords(words);
  switch (field.kind) {
    case 'number':
    case 'integer':
      return (
        <InputNumber
          id={id}
          value={typeof value === 'number' ? value : null}
          onChange={onChange}
          step={stepOf(field)}
          suffix={isLong(unitOf(field, language)) ? undefined : unitOf(field, language)}
          disabled={disabled}
          className="se-param-number"
          changeOnWheel={false}
        />
      );
    case 'boolean':
      return <Switch id={id} checked={value === true} onChange={onChange} disabled={disabled} />;
    case 'texts':
      return (
        <Select
          id={id}
          mode={field.choices.length > 0 ? 'multiple' : 'tags'}
          value={Array.isArray(value) ? value.map(String) : []}
          options={(field.choices.length > 0 ? field.choices : textsOf(field.byDefault)).map((v) => ({ value: v, label: v }))}
          onChange={onChange}
          disabled={disabled}
          className="se-param-list"
        />
      );
    case 'numbers':
      return (
        <Select
          id={id}
          mode="tags"
          value={Array.isArray(value) ? value.map(String) : []}
          onChange={(texts: string[]) => {
            onChange(texts.map((t) => (Number.isFinite(Number(t)) ? Number(t) : t)));
          }}
          open={false}
          disabled={disabled}
          className="se-param-list"
        />
      );
    case 'text':
      return (
        <Input
          id={id}
          value={typeof value === 'string' ? value : ''}
          onChange={(event) => {
            onChange(event.target.value);
          }}
          disabled={disabled}
        />
      );
    case 'other':
      return (
        <Typography.Text type="secondary">
          <code>{JSON.stringify(value)}</code> {say('other')}
        </Typography.Text>
      );
  }
}

const textsOf = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);

const isSeconds = (field: Field): boolean => field.unit.en === 's' || field.unit.en === 'seconds';

/** Too wide to stand in the field; a Chinese character takes the room of two letters. */
const isLong = (unit: string): boolean => [...unit].reduce((room, c) => room + (c > '\u2e7f' ? 2 : 1), 0) > 6;

function rangeOf({ minimum, maximum }: Field, say: (key: 'range', fill: { least: number; most: number }) => string): string {
  return minimum === null || maximum === null ? '' : say('range', { least: minimum, most: maximum });
}

/** A share is a plain number: its range says all. */
function unitOf(field: Field, language: Language): string {
  const unit = field.unit[language];
  return unit.startsWith('0') ? '' : unit;
}

function shown(
  value: unknown,
  field: Field,
  language: Language,
  say: (key: 'on' | 'off' | 'none') => string,
): string {
  if (typeof value === 'boolean') return say(value ? 'on' : 'off');
  if (Array.isArray(value)) return value.length > 0 ? value.join(', ') : say('none');
  const unit = unitOf(field, language);
  return unit === '' ? String(value) : `${String(value)} ${unit}`;
}

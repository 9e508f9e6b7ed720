/** What kind of incident, in which state of its case. */
import { Tag } from 'antd';
import { useText, type Text } from '~/i18n/words';
import { useLifecycle } from './lifecycle';

const KIND_COLOURS: Record<string, string> = {
  litter: 'gold',
  illegal_parking: 'blue',
  nonmotor_parking: 'geekblue',
  fall: 'red',
  flooding: 'cyan',
};

/** Colours of states: what waits is orange, what is true is green, what is not is grey. */
const STATE_COLOURS: Record<string, string> = {
  pending_review: 'orange',
  field_check: 'gold',
  confirmed: 'green',
  rejected: 'default',
  duplicate: 'default',
  returned: 'volcano',
  overdue: 'red',
  voided: 'default',
  closed: 'default',
};

/** The kind of an incident, in words; `name` saves a look-up where it came along. */
export function KindTag({ kind, name }: { kind: string; name?: Text }) {
  const text = useText();
  const known = useLifecycle()?.kinds[kind];
  return <Tag color={KIND_COLOURS[kind] ?? 'default'}>{text(name ?? known) || kind}</Tag>;
}

/** The state of a case, in the words of the life cycle. */
export function StateTag({ state }: { state: string }) {
  const text = useText();
  const known = useLifecycle()?.states[state];
  return <Tag color={STATE_COLOURS[state] ?? 'processing'}>{text(known) || state}</Tag>;
}

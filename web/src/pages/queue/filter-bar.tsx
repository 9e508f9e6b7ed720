/** What the list is narrowed to. */
import { FilterOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Badge, Button, DatePicker, Popover, Segmented, Select } from 'antd';
import dayjs from 'dayjs';
import { api, ask } from '~/api/client';
import { keys } from '~/api/queries';
import { useText, useWords } from '~/i18n/words';
import type { Lifecycle } from '../incident/types';
import { isNarrowed, isWaiting, WAITING, type Filters, type Presence } from './filters';
import { words } from './words';

const PRESENCES: readonly Presence[] = ['here', 'gone', 'unknown'];
const HOURS = { time_hour: 1, time_day: 24, time_week: 168 } as const;

interface FilterBarProps {
  filters: Filters;
  life: Lifecycle | undefined;
  onChange: (filters: Filters) => void;
}

export function FilterBar({ filters, life, onChange }: FilterBarProps) {
  const say = useWords(words);
  const narrowed = isNarrowed(filters) || (!isWaiting(filters) && filters.states.length > 0);
  const states = isWaiting(filters) ? 'waiting' : filters.states.length === 0 ? 'all' : 'own';
  return (
    <div className="sq-filters">
      <Segmented
        size="small"
        value={states}
        options={[
          { value: 'waiting', label: say('forMe') },
          { value: 'all', label: say('everything') },
          ...(states === 'own' ? [{ value: 'own', label: say('filter') }] : []),
        ]}
        onChange={(chosen) => {
          if (chosen !== 'own') onChange({ ...filters, states: chosen === 'all' ? [] : WAITING });
        }}
      />
      <Select<Filters['order']>
        size="small"
        variant="filled"
        aria-label={say('order')}
        value={filters.order}
        options={[
          { value: 'newest', label: say('orderNewest') },
          { value: 'gravest', label: say('orderGravest') },
        ]}
        onChange={(order) => {
          onChange({ ...filters, order });
        }}
      />
      <Popover
        trigger="click"
        placement="bottomLeft"
        content={<Fields filters={filters} life={life} onChange={onChange} />}
      >
        <Badge dot={narrowed}>
          <Button size="small" icon={<FilterOutlined />}>
            {say('filter')}
          </Button>
        </Badge>
      </Popover>
      {narrowed && (
        <Button
          size="small"
          type="link"
          onClick={() => {
            onChange({ ...filters, states: WAITING, kinds: [], cameras: [], presence: '', from: '', before: '' });
          }}
        >
          {say('reset')}
        </Button>
      )}
    </div>
  );
}

function Fields({ filters, life, onChange }: FilterBarProps) {
  const say = useWords(words);
  const text = useText();
  const cameras = useQuery({
    queryKey: keys.cameras('names'),
    queryFn: () => ask(api.GET('/api/v1/cameras', { params: { query: { limit: 500 } } })),
  });
  const named = (table: Record<string, { zh: string; en: string }> = {}) =>
    Object.entries(table).map(([value, name]) => ({ value, label: text(name) || value }));
  const many = { mode: 'multiple' as const, allowClear: true, maxTagCount: 3, style: { width: '100%' } };
  return (
    <div className="sq-fields">
      <label>
        {say('kinds')}
        <Select
          {...many}
          options={named(life?.kinds)}
          value={[...filters.kinds]}
          onChange={(kinds: string[]) => {
            onChange({ ...filters, kinds });
          }}
        />
      </label>
      <label>
        {say('cameras')}
        <Select
          {...many}
          loading={cameras.isPending}
          showSearch={{ optionFilterProp: 'label' }}
          options={(cameras.data?.cameras ?? []).map(({ id, name }) => ({
            value: id,
            label: name && name !== id ? `${name} (${id})` : id,
          }))}
          value={[...filters.cameras]}
          onChange={(chosen: string[]) => {
            onChange({ ...filters, cameras: chosen });
          }}
        />
      </label>
      <label>
        {say('states')}
        <Select
          {...many}
          options={named(life?.states)}
          value={[...filters.states]}
          onChange={(states: string[]) => {
            onChange({ ...filters, states });
          }}
        />
      </label>
      <label>
        {say('presence')}
        <Select
          allowClear
          style={{ width: '100%' }}
          options={PRESENCES.map((value) => ({ value, label: say(`presence_${value}`) }))}
          value={filters.presence || undefined}
          onChange={(presence: Presence | undefined) => {
            onChange({ ...filters, presence: presence ?? '' });
          }}
        />
      </label>
      <label>
        {say('time')}
        <DatePicker.RangePicker
          showTime={{ format: 'HH:mm' }}
          format="MM-DD HH:mm"
          allowEmpty={[true, true]}
          style={{ width: '100%' }}
          presets={(Object.keys(HOURS) as (keyof typeof HOURS)[]).map((name) => ({
            label: say(name),
            value: () => [dayjs().subtract(HOURS[name], 'hour'), null],
          }))}
          value={[filters.from ? dayjs(filters.from) : null, filters.before ? dayjs(filters.before) : null]}
          onChange={(range) => {
            onChange({
              ...filters,
              from: range?.[0]?.toISOString() ?? '',
              before: range?.[1]?.toISOString() ?? '',
            });
          }}
        />
      </label>
    </div>
  );
}

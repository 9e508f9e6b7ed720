/** Hours of a week in which an algorithm looks. */
import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Checkbox, Flex, Segmented, Space, TimePicker, Typography } from 'antd';
import dayjs from 'dayjs';
import type { Schemas } from '~/api/client';
import { useWords } from '~/i18n/words';
import { ALL_DAYS, endOf, forField, openHours, periodsOf, startOf, week, WORKDAYS, wrongPeriod, type Period } from './plan';
import { words } from './task-words';

interface PlanEditorProps {
  value: Schemas['Period'][];
  onChange: (value: Period[]) => void;
  errors: Record<number, string>;
  readOnly: boolean;
}

const PRESETS: { key: 'office' | 'nights' | 'days'; periods: Period[] }[] = [
  { key: 'days', periods: [{ days: ALL_DAYS, start: '06:00:00', end: '22:00:00' }] },
  { key: 'nights', periods: [{ days: ALL_DAYS, start: '22:00:00', end: '06:00:00' }] },
  { key: 'office', periods: [{ days: WORKDAYS, start: '08:00:00', end: '18:00:00' }] },
];

export function PlanEditor({ value, onChange, errors, readOnly }: PlanEditorProps) {
  const say = useWords(words);
  const periods = periodsOf(value);
  const put = (i: number, some: Partial<Period>): void => {
    onChange(periods.map((period, at) => (at === i ? { ...period, ...some } : period)));
  };
  return (
    <Flex vertical gap={12} className="se-plan">
      <Segmented
        value={periods.length === 0 ? 'always' : 'hours'}
        disabled={readOnly}
        onChange={(which) => { onChange(which === 'always' ? [] : [{ days: ALL_DAYS, start: '06:00:00', end: '22:00:00' }]); }}
        options={[
          { value: 'always', label: say('always') },
          { value: 'hours', label: say('atHours') },
        ]}
      />
      {periods.length > 0 && !readOnly && (
        <Space size={4} wrap className="se-small">
          {PRESETS.map(({ key, periods: preset }) => (
            <Button key={key} size="small" onClick={() => { onChange(preset); }}>{say(`plan.${key}`)}</Button>
          ))}
        </Space>
      )}
      {periods.map((period, i) => {
        const wrong = wrongPeriod(period);
        return (
          <div key={i} className="se-period">
            <Checkbox.Group<number>
              value={period.days}
              disabled={readOnly}
              onChange={(days) => { put(i, { days: [...days].sort() }); }}
              options={ALL_DAYS.map((day) => ({ value: day, label: say(`day.${day as 0}`) }))}
            />
            <Flex gap={6} align="center">
              <Clock value={forField(period.start)} disabled={readOnly} onChange={(time) => { put(i, { start: startOf(time) }); }} label={say('from')} />
              –
              <Clock value={forField(period.end)} disabled={readOnly} onChange={(time) => { put(i, { end: endOf(time) }); }} label={say('to')} />
              {period.start > period.end && <span className="se-quiet se-small">{say('nextDay')}</span>}
              {!readOnly && <Button type="text" size="small" icon={<DeleteOutlined />} aria-label={say('removePeriod')} onClick={() => { onChange(periods.filter((_, at) => at !== i)); }} />}
            </Flex>
            {(wrong !== null || errors[i] !== undefined) && <Typography.Text type="danger" role="alert">{wrong !== null ? say(`period.${wrong}`) : errors[i]}</Typography.Text>}
          </div>
        );
      })}
      {periods.length > 0 && !readOnly && (
        <Button size="small" icon={<PlusOutlined />} onClick={() => { onChange([...periods, { days: ALL_DAYS, start: '18:00:00', end: '20:00:00' }]); }}>
          {say('addPeriod')}
        </Button>
      )}
      <Week periods={periods} />
      <Typography.Text type="secondary" className="se-small">{say('planHint', { hours: openHours(periods) })}</Typography.Text>
    </Flex>
  );
}

/** A time of day, in 24 hours whatever the browser's customs are. */
function Clock({ value, onChange, label, disabled }: { value: string; onChange: (time: string) => void; label: string; disabled: boolean }) {
  return (
    <TimePicker
      value={dayjs(`2000-01-01T${value}`)}
      onChange={(time) => { if (time !== null) onChange(time.format('HH:mm')); }}
      format="HH:mm"
      minuteStep={5}
      allowClear={false}
      needConfirm={false}
      disabled={disabled}
      aria-label={label}
      className="se-time"
    />
  );
}

function Week({ periods }: { periods: Period[] }) {
  const say = useWords(words);
  const days = periods.length === 0 ? ALL_DAYS.map(() => [{ from: 0, to: 1440 }]) : week(periods);
  return (
    <div className="se-week" aria-hidden>
      {days.map((bars, day) => (
        <div key={day} className="se-week-day">
          <span>{say(`day.${day as 0}`)}</span>
          <div className="se-week-bar">
            {bars.map(({ from, to }) => (
              <i key={from} style={{ left: `${String(from / 14.4)}%`, width: `${String((to - from) / 14.4)}%` }} />
            ))}
          </div>
        </div>
      ))}
      <div className="se-week-day se-quiet">
        <span />
        <div className="se-week-hours">{[0, 6, 12, 18, 24].map((h) => <span key={h}>{h}</span>)}</div>
      </div>
    </div>
  );
}

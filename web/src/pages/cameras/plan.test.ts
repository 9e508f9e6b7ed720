import { expect, it } from 'vitest';
import { ALL_DAYS, endOf, forField, openHours, week, WORKDAYS, wrongPeriod } from './plan';

it('is open always without periods', () => {
  expect(openHours([])).toBe(168);
});

it('carries a night over midnight into the next day, from Sunday to Monday, too', () => {
  const [monday, tuesday] = week([{ days: [0, 6], start: '22:00:00', end: '06:00:00' }]);
  expect(monday).toEqual([{ from: 0, to: 360 }, { from: 1320, to: 1440 }]);
  expect(tuesday).toEqual([{ from: 0, to: 360 }]);
});

it('joins periods that overlap', () => {
  const days = week([
    { days: WORKDAYS, start: '08:00:00', end: '12:00:00' },
    { days: [0], start: '11:00:00', end: '18:00:00' },
  ]);
  expect(days[0]).toEqual([{ from: 480, to: 1080 }]);
  expect(days[5]).toEqual([]);
});

it('takes the last second of the day for its end, both ways', () => {
  expect(forField('23:59:59')).toBe('00:00');
  expect(endOf('00:00')).toBe('23:59:59');
  expect(endOf('18:30')).toBe('18:30:00');
  expect(openHours([{ days: ALL_DAYS, start: '00:00:00', end: '23:59:59' }])).toBe(168);
});

it('refuses a period without days, without time, and of no length', () => {
  expect(wrongPeriod({ days: [], start: '08:00:00', end: '09:00:00' })).toBe('noDays');
  expect(wrongPeriod({ days: [1], start: ':00', end: '09:00:00' })).toBe('noTime');
  expect(wrongPeriod({ days: [1], start: '08:00:00', end: '08:00:00' })).toBe('empty');
  expect(wrongPeriod({ days: [1], start: '22:00:00', end: '06:00:00' })).toBeNull();
});

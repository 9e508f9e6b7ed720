import { describe, expect, it } from 'vitest';
import { ApiProblem } from '~/api/problem';
import { ageOnArrival, captureTime, pause, Turns } from './live';

it('reads the capture time as seconds or as a date', () => {
  expect(captureTime('1732190000.250')).toBe(1732190000250);
  expect(captureTime('2026-11-21T10:00:00.500Z')).toBe(Date.parse('2026-11-21T10:00:00.500Z'));
  expect(captureTime(null)).toBeNull();
  expect(captureTime('soon')).toBeNull();
});

it('measures the age by the server, however wrong the browser goes', () => {
  const captured = Date.parse('2026-11-21T10:00:00Z');
  const wrong = captured - 3_600_000;
  expect(ageOnArrival(captured, 'Sat, 21 Nov 2026 10:00:07 GMT', wrong)).toBe(7000);
  expect(ageOnArrival(captured, 'Sat, 21 Nov 2026 09:59:59 GMT', wrong)).toBe(0);
  expect(ageOnArrival(captured, null, captured + 2000)).toBe(2000);
});

describe('the pause', () => {
  it('is as wanted while pictures come, and grows while they do not', () => {
    expect(pause(1000, 0, null)).toBe(1000);
    expect(pause(1000, 1, null)).toBe(2000);
    expect(pause(1000, 9, null)).toBe(15_000);
  });

  it('is as long as the service asks', () => {
    expect(pause(1000, 1, new ApiProblem(429, {}, 20))).toBe(20_000);
  });
});

it('lets few run at once and all in the end, also after a failure', async () => {
  const turns = new Turns(2);
  let running = 0;
  let most = 0;
  const work = async (n: number): Promise<number> => {
    running += 1;
    most = Math.max(most, running);
    await Promise.resolve();
    running -= 1;
    if (n === 1) throw new Error('one fails');
    return n;
  };
  const all = await Promise.allSettled([0, 1, 2, 3, 4].map((n) => turns.take(() => work(n))));
  expect(all.filter((one) => one.status === 'fulfilled')).toHaveLength(4);
  expect(most).toBe(2);
});

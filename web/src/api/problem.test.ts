import { describe, expect, it } from 'vitest';
import { ApiProblem, backOff, isPassing, readProblem, Unreachable } from './problem';

describe('readProblem', () => {
  it('reads what the service says', async () => {
    const body = {
      type: 'conflict',
      title: 'Somebody was first',
      status: 409,
      detail: 'confirmed by li',
      errors: [{ field: 'version', reason: 'is 2' }],
      fresh: { id: 'a' },
    };
    const problem = await readProblem(Response.json(body, { status: 409 }));
    expect(problem).toBeInstanceOf(ApiProblem);
    expect(problem).toMatchObject({ type: 'conflict', detail: 'confirmed by li', fresh: { id: 'a' } });
    expect(problem.errors).toEqual([{ field: 'version', reason: 'is 2' }]);
  });

  it('stands the HTML of a proxy', async () => {
    const problem = await readProblem(new Response('<h1>Bad gateway</h1>', { status: 502 }));
    expect(problem).toMatchObject({ status: 502, type: 'http-502', errors: [] });
  });

  it('takes the wait from the body or the header', async () => {
    const body = await readProblem(Response.json({ retry_after_s: 1.5 }, { status: 429 }));
    expect(body.retryAfter).toBe(1.5);
    const header = await readProblem(
      new Response('', { status: 503, headers: { 'retry-after': '7' } }),
    );
    expect(header.retryAfter).toBe(7);
  });
});

describe('retries', () => {
  it('are for what passes: network, 5xx, 429; never for other refusals', () => {
    expect(isPassing(new Unreachable(null))).toBe(true);
    expect(isPassing(new ApiProblem(503, {}, null))).toBe(true);
    expect(isPassing(new ApiProblem(429, {}, null))).toBe(true);
    for (const status of [400, 401, 403, 404, 409, 422]) {
      expect(isPassing(new ApiProblem(status, {}, null))).toBe(false);
    }
    expect(isPassing(new TypeError('a bug of ours'))).toBe(false);
  });

  it('wait longer each time, or as long as they are told', () => {
    expect([0, 1, 2].map((n) => backOff(n, null))).toEqual([500, 1000, 2000]);
    expect(backOff(0, new ApiProblem(429, {}, 3))).toBe(3000);
    expect(backOff(20, null)).toBe(15_000);
  });
});

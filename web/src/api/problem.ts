/** Refusals of the service (RFC 9457) and its absence, as errors. */
import { spoken } from '~/i18n/words';
import { inChinese } from './reasons';
import type { components } from './schema';

export type ProblemBody = components['schemas']['Problem'];
export type FieldProblem = components['schemas']['FieldProblem'];

/** The service answered, and it was a refusal. */
export class ApiProblem extends Error {
  readonly status: number;
  /** A stable word for programs: 'conflict', 'not-found', 'invalid', 'worker-away', … */
  readonly type: string;
  readonly title: string;
  readonly detail: string;
  readonly errors: FieldProblem[];
  /** On a conflict: the resource as it is now. */
  readonly fresh: unknown;
  /** Seconds after which another attempt makes sense, null when nobody said. */
  readonly retryAfter: number | null;

  constructor(status: number, body: Partial<ProblemBody>, retryAfter: number | null) {
    super(body.title || `HTTP ${String(status)}`);
    this.name = 'ApiProblem';
    this.status = status;
    this.type = body.type ?? `http-${String(status)}`;
    this.title = body.title ?? '';
    this.detail = body.detail ?? '';
    const errors = Array.isArray(body.errors) ? body.errors : [];
    // Forms show a reason beside its field, in the language of the moment.
    this.errors = spoken() === 'zh' ? errors.map((one) => ({ ...one, reason: inChinese(one.reason) })) : errors;
    this.fresh = body.fresh ?? null;
    this.retryAfter = retryAfter;
  }
}

/** Somebody changed it after it was read here. */
export function isOutdated(error: unknown): boolean {
  return error instanceof ApiProblem && error.type === 'outdated';
}

/** Nobody answered: the service or the network is away. */
export class Unreachable extends Error {
  constructor(cause: unknown) {
    super('the service cannot be reached', { cause });
    this.name = 'Unreachable';
  }
}

/** Read a refusal, whatever its body is: proxies in between answer with HTML. */
export async function readProblem(response: Response): Promise<ApiProblem> {
  const body = await bodyOf(response);
  const header = response.headers.get('retry-after');
  const seconds = body.retry_after_s ?? (header ? Number(header) : Number.NaN);
  return new ApiProblem(response.status, body, Number.isFinite(seconds) ? seconds : null);
}

async function bodyOf(response: Response): Promise<Partial<ProblemBody>> {
  try {
    const body: unknown = await response.clone().json();
    return body !== null && typeof body === 'object' ? body : {};
  } catch {
    return {};
  }
}

/** Say whether the same request may succeed a little later. */
export function isPassing(error: unknown): boolean {
  if (error instanceof Unreachable) return true;
  return error instanceof ApiProblem && (error.status >= 500 || error.status === 429);
}

/** Milliseconds to wait before attempt `n` (from 0): doubling, at most 15 s, or what was asked for. */
export function backOff(n: number, error: unknown): number {
  const asked = error instanceof ApiProblem ? error.retryAfter : null;
  return Math.min(asked === null ? 500 * 2 ** n : asked * 1000, 15_000);
}

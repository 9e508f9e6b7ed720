/** The typed client of the service. Routes and types come from its OpenAPI document. */
import createClient from 'openapi-fetch';
import type { components, paths } from './schema';
import { readProblem, Unreachable } from './problem';

export type Schemas = components['schemas'];

type Listener = () => void;
const loginLost = new Set<Listener>();

/** Be told when the service says that nobody is logged in any more. Gives the way to stop. */
export function onLoginLost(listener: Listener): Listener {
  loginLost.add(listener);
  return () => loginLost.delete(listener);
}

export const api = createClient<paths>({ baseUrl: '', credentials: 'same-origin' });

/** Requests that no person caused carry it: they keep nobody logged in. */
const BACKGROUND = 'X-Background';
const IDLE_MS = 60_000;
let touchedAt = Date.now();

if (typeof window !== 'undefined') {
  for (const input of ['pointerdown', 'keydown', 'wheel', 'touchstart']) {
    window.addEventListener(input, () => (touchedAt = Date.now()), { passive: true, capture: true });
  }
}

api.use({
  onRequest({ request }) {
    // Live pages fetch by themselves for hours; only a person at the desk is a use of the login.
    if (Date.now() - touchedAt > IDLE_MS) request.headers.set(BACKGROUND, '1');
    return request;
  },
  async onResponse({ request, response }) {
    if (response.ok) return undefined;
    const problem = await readProblem(response);
    const asksForLogin = new URL(request.url).pathname === '/api/v1/session';
    if (problem.status === 401 && !asksForLogin) loginLost.forEach((tell) => tell());
    throw problem;
  },
  onError({ error }) {
    if (error instanceof DOMException && error.name === 'AbortError') return error;
    return new Unreachable(error);
  },
});

/**
 * Give the body of an answer: `ask(api.GET('/api/v1/cameras'))`.
 *
 * Refusals are thrown as `ApiProblem`, absence as `Unreachable`; nothing else needs a check.
 */
export async function ask<T>(call: Promise<{ data?: T }>): Promise<T> {
  const { data } = await call;
  return data as T;
}

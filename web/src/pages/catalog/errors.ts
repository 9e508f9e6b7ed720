/** Which parameter a refusal is about: `parameters.dwell_s` is about `dwell_s`. */
import type { ApiProblem } from '~/api/problem';

export function parameterErrors(problem: ApiProblem | null, prefix = 'parameters.'): Record<string, string> {
  const some = (problem?.errors ?? []).filter(({ field }) => field.startsWith(prefix));
  return Object.fromEntries(some.map(({ field, reason }) => [field.slice(prefix.length).split(/[.[]/)[0] ?? '', reason]));
}

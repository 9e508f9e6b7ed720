import { expect, it } from 'vitest';
import { ApiProblem } from '~/api/problem';
import { parameterErrors } from './errors';

it('finds the parameter that a refusal is about', () => {
  const problem = new ApiProblem(422, {
    errors: [
      { field: 'parameters.dwell_s', reason: 'too small' },
      { field: 'parameters.labels[0]', reason: 'unknown' },
      { field: 'name', reason: 'missing' },
    ],
  }, null);
  expect(parameterErrors(problem)).toEqual({ dwell_s: 'too small', labels: 'unknown' });
  expect(parameterErrors(null)).toEqual({});
});

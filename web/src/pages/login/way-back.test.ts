import { expect, it } from 'vitest';
import { wayBack } from './way-back';

it('goes back into the console only', () => {
  expect(wayBack('/incidents/a?x=1#clip')).toBe('/incidents/a?x=1#clip');
  for (const foreign of [null, '', '//evil.example', '/\\evil.example', 'https://evil.example', 'javascript:1', '/login?back=/']) {
    expect(wayBack(foreign)).toBe('/');
  }
});

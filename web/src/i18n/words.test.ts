import { expect, it } from 'vitest';
import { firstLanguage } from './words';

it('starts in the remembered language, else the first of the browser that is known', () => {
  expect(firstLanguage('en', ['zh-CN'])).toBe('en');
  expect(firstLanguage(null, ['en-GB', 'zh-CN'])).toBe('en');
  expect(firstLanguage(null, ['de', 'zh-TW', 'en'])).toBe('zh');
  expect(firstLanguage('klingon', [])).toBe('zh');
});

import { describe, expect, it } from 'vitest';
import { inChinese } from './reasons';

describe('a reason in Chinese', () => {
  it.each([
    ['Field required', '必填'],
    ['Extra inputs are not permitted', '不支持该字段'],
    ['Input should be greater than or equal to 2', '不能小于 2'],
    ['Input should be less than 1.5', '必须小于 1.5'],
    ['Input should be a valid number, unable to parse string as a number', '应为数字'],
    ['String should have at least 1 character', '至少 1 个字符'],
    ['Tuple should have at least 1 item after validation, not 0', '至少 1 项'],
    ["Input should be 'city', 'internal' or 'none'", '只能是 city、internal、none'],
    ["there is no camera 'east'", '没有摄像机 east'],
    ['li was first: it is confirmed by now (version 2)', 'li 已先行处理（版本 2）'],
  ])('%s', (english, chinese) => {
    expect(inChinese(english)).toBe(chinese);
  });
  it('leaves what it does not know as it is', () => {
    expect(inChinese('the outline is not simple')).toBe('the outline is not simple');
    expect(inChinese('')).toBe('');
  });
});

import { expect, it } from 'vitest';
import { detectCall, replayCall, streamCall } from './calls';

it('writes calls whose key the shell fills in', () => {
  const call = detectCall('http://127.0.0.1:8000', 'fall', '0,0,1,0,1,1');
  expect(call).toContain("'http://127.0.0.1:8000/api/v1/detect?algorithm=fall&zone=0%2C0%2C1%2C0%2C1%2C1'");
  expect(call).toContain('-H "Authorization: Bearer $SHARP_KEY"');
  expect(detectCall('http://a', '', '')).toContain("'http://a/api/v1/detect'");
  expect(streamCall('http://a')).toContain('/api/v1/events/stream');
  expect(replayCall('http://a', 7)).toContain('after=7');
});

import { expect, it } from 'vitest';
import { addressOf, hostOf, parted } from './addresses';

it('builds the addresses of the big makers', () => {
  expect(addressOf('hikvision', '10.0.0.8', 1, false)).toBe('rtsp://10.0.0.8:554/Streaming/Channels/101');
  expect(addressOf('hikvision', '10.0.0.8', 12, true)).toBe('rtsp://10.0.0.8:554/Streaming/Channels/1202');
  expect(addressOf('dahua', 'cam', 2, true)).toBe('rtsp://cam:554/cam/realmonitor?channel=2&subtype=1');
  expect(addressOf('uniview', 'cam', 1, false)).toBe('rtsp://cam:554/unicast/c1/s0/live');
});

it('finds the host in what was typed so far', () => {
  expect(hostOf('10.0.0.8')).toBe('10.0.0.8');
  expect(hostOf('rtsp://a:b@10.0.0.8:554/x')).toBe('10.0.0.8');
  expect(hostOf('')).toBe('');
});

it('takes a pasted login out of the address', () => {
  expect(parted('rtsp://admin:p%40ss@10.0.0.8:554/x?y=1')).toEqual({
    url: 'rtsp://10.0.0.8:554/x?y=1',
    username: 'admin',
    password: 'p@ss',
  });
  expect(parted('rtsp://admin:a@b:c@10.0.0.8/x')).toMatchObject({ username: 'admin', password: 'a@b:c', url: 'rtsp://10.0.0.8/x' });
  expect(parted('rtsp://admin:a/b@10.0.0.8/x')).toMatchObject({ password: 'a/b', url: 'rtsp://10.0.0.8/x' });
  expect(parted('rtsp://admin:100%@10.0.0.8/x')?.password).toBe('100%');
  expect(parted('rtsp://10.0.0.8/x')).toBeNull();
});

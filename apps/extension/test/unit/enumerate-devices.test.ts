import { expect, it } from 'vitest';
import { withFirst } from '../../src/page/enumerate-devices.js';

const device = (kind: MediaDeviceKind, deviceId: string) => ({ kind, deviceId }) as MediaDeviceInfo;

const DEVICES = [
  device('audioinput', 'mic'),
  device('videoinput', 'a'),
  device('videoinput', 'b'),
  device('audiooutput', 'b'),
  device('videoinput', 'c'),
];

it.each([
  ['b', ['mic', 'b', 'a', 'b', 'c']],
  ['a', ['mic', 'a', 'b', 'b', 'c']],
  ['unplugged', ['mic', 'a', 'b', 'b', 'c']],
  [undefined, ['mic', 'a', 'b', 'b', 'c']],
])('the camera %s comes before the others', (deviceId, expected) => {
  const devices = withFirst(DEVICES, deviceId);
  expect(devices.map((each) => each.deviceId)).toEqual(expected);
  expect(devices.map(({ kind }) => kind)).toEqual(DEVICES.map(({ kind }) => kind));
});

it('before the page may use a camera, its list stays as it is', () => {
  const hidden = [device('audioinput', ''), device('videoinput', '')];
  expect(withFirst(hidden, undefined)).toEqual(hidden);
});

import { describe, expect, it } from 'vitest';
import { asksForScreen, withCamera } from '../../src/page/constraints.js';
import { originOf, patternOf } from '../../src/sites.js';

describe('constraints', () => {
  it.each([
    [true, false],
    [{ width: 640 }, false],
    [{ mediaSource: 'camera' }, false],
    [{ mediaSource: 'screen' }, true],
    [{ mandatory: { minWidth: 640 } }, false],
    [{ mandatory: { chromeMediaSource: 'desktop', chromeMediaSourceId: 'x' } }, true],
  ])('%j asks for a screen: %s', (video, expected) => {
    expect(asksForScreen(video)).toBe(expected);
  });

  it.each([
    [true, { deviceId: { exact: 'c' } }],
    [
      { width: 640, deviceId: 'other', facingMode: 'user', groupId: 'g' },
      { width: 640, deviceId: { exact: 'c' } },
    ],
    [{ mandatory: { minWidth: 640, sourceId: 'other' } }, { mandatory: { minWidth: 640, sourceId: 'c' } }],
  ])('%j for the camera of the user’s choice', (video, expected) => {
    expect(withCamera(video, 'c')).toEqual(expected);
  });
});

describe('sites', () => {
  it.each([
    ['https://meet.google.com/abc?x=1', 'https://meet.google.com', 'https://meet.google.com/*'],
    ['http://localhost:5173/', 'http://localhost:5173', 'http://localhost/*'],
    ['http://127.0.0.1:80/a', 'http://127.0.0.1', 'http://127.0.0.1/*'],
  ])('%s is of the origin %s', (address, origin, pattern) => {
    expect(originOf(address)).toBe(origin);
    expect(patternOf(origin)).toBe(pattern);
  });

  it.each([
    'http://example.org/',
    'http://localhost.example.org/',
    'about:blank',
    'chrome://newtab',
    'x',
    undefined,
  ])('%s can have no camera', (address) => {
    expect(originOf(address)).toBeUndefined();
  });
});

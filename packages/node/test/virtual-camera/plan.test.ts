import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { VideoDevice } from '../../src/virtual-camera/devices.js';
import {
  assertDifferent,
  chooseCamera,
  chooseOutput,
  outputWarnings,
  planFormat,
} from '../../src/virtual-camera/plan.js';

let folder: string;
const at = (name: string) => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'elsewhere-plan-'));
  writeFileSync(at('old.y4m'), '');
  execFileSync('mkfifo', [at('pipe')]);
});
afterAll(() => rmSync(folder, { recursive: true }));

const device = (path: string, kind: VideoDevice['kind'], isAnnounced = false): VideoDevice => ({
  path,
  name: path,
  kind,
  isAnnounced,
});

describe('the size of the output', () => {
  const format = (width: number, height: number, frameRate = 30) => ({ width, height, frameRate });

  it.each([
    ['is 1280x720 at 30 where the camera does not say', [], format(1280, 720)],
    ['is what the camera has', [format(640, 480), format(320, 240)], format(640, 480)],
    ['is at most 1280x720', [format(1920, 1080, 60), format(1280, 720, 60)], format(1280, 720)],
    ['keeps the shape', [format(1600, 1200)], format(960, 720)],
    ['has even sides', [format(1279, 721)], format(1278, 720)],
    [
      'has the rate that the camera has at that size',
      [format(1280, 720, 10), format(640, 480)],
      format(1280, 720, 10),
    ],
  ])('%s', (_what, formats, expected) => {
    expect(planFormat(formats, undefined, undefined)).toEqual(expected);
  });

  it('is what was asked for', () => {
    expect(planFormat([format(640, 480)], { width: 1920, height: 1080 }, 60)).toEqual(format(1920, 1080, 60));
  });
});

describe('the camera', () => {
  const FILE = import.meta.filename;

  it('is the first one that is no loopback device', async () => {
    const devices = [device('/dev/video0', 'loopback'), device(FILE, 'camera'), device('/x', 'camera')];
    expect(await chooseCamera(undefined, devices)).toEqual({ type: 'camera', device: FILE });
    expect(await chooseCamera({ type: 'camera' }, devices)).toEqual({ type: 'camera', device: FILE });
  });

  it('that is missing is said to be', async () => {
    await expect(chooseCamera(undefined, [])).rejects.toMatchObject({
      code: 'DEVICE_UNAVAILABLE',
      message: 'No camera was found: plug one in, or name its device.',
    });
    await expect(chooseCamera({ type: 'camera', device: '/dev/video987' }, [])).rejects.toMatchObject({
      message: 'There is no camera /dev/video987: plug it in, or choose another one.',
    });
  });

  it('may not be the output', async () => {
    const output = { kind: 'device', path: FILE } as const;
    await expect(assertDifferent({ type: 'camera', device: FILE }, output)).rejects.toMatchObject({
      code: 'VIRTUAL_CAMERA_UNAVAILABLE',
    });
    await assertDifferent({ type: 'camera', device: '/dev/video987' }, output);
  });
});

describe('the output', () => {
  it('is the first loopback device', async () => {
    const devices = [device('/dev/video987', 'camera'), device('/dev/video988', 'loopback')];
    expect(await chooseOutput(undefined, devices)).toEqual({ kind: 'device', path: '/dev/video988' });
  });

  it('is what its path is', async () => {
    expect(await chooseOutput('-', [])).toMatchObject({ kind: 'stdout' });
    expect(await chooseOutput(at('pipe'), [])).toMatchObject({ kind: 'pipe' });
    expect(await chooseOutput(at('new.y4m'), [])).toMatchObject({ kind: 'file' });
    expect(await chooseOutput('/dev/null', [])).toMatchObject({ kind: 'device' });
  });

  it.each([
    [undefined, 'VIRTUAL_CAMERA_UNAVAILABLE', /modprobe v4l2loopback exclusive_caps=1/],
    ['old.y4m', 'OUTPUT_EXISTS', /exists already/],
    ['.', 'OUTPUT_UNWRITABLE', /is a directory/],
    ['out.mp4', 'OUTPUT_UNSUPPORTED', /neither a video device nor a named pipe nor a \.y4m file/],
  ])('%s is refused with %s', async (name, code, message) => {
    const failure = chooseOutput(name === undefined ? name : at(name), []);
    await expect(failure).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });

  it('without exclusive_caps is invisible in browsers, which a warning says', () => {
    const output = { kind: 'device', path: '/dev/video10' } as const;
    expect(outputWarnings(output, [device('/dev/video10', 'loopback')])).toEqual([]);
    expect(outputWarnings(output, [device('/dev/video10', 'loopback', true)])).toMatchObject([
      expect.stringContaining('without exclusive_caps=1'),
    ]);
  });
});

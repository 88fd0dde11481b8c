import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findVideoDevices } from '../../src/virtual-camera/devices.js';

let sys: string;

beforeEach(() => {
  sys = mkdtempSync(join(tmpdir(), 'elsewhere-sys-'));
  mkdirSync(join(sys, 'class/video4linux'), { recursive: true });
});
afterEach(() => rmSync(sys, { recursive: true }));

/** Adds a device as the kernel describes it. */
function add(number: number, where: string, name: string, index = 0): void {
  const folder = join(sys, 'devices', where, `video4linux/video${number}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'name'), `${name}\n`);
  writeFileSync(join(folder, 'index'), `${index}\n`);
  symlinkSync(folder, join(sys, `class/video4linux/video${number}`));
}

const find = (...announced: string[]) => findVideoDevices({ sys, announced: async () => announced });

describe('video devices', () => {
  it('are cameras and loopback devices, by their numbers', async () => {
    add(10, 'virtual', 'Elsewhere');
    add(2, 'pci0000:00/usb1', 'Webcam');
    add(3, 'pci0000:00/usb1', 'Webcam', 1);
    expect(await find('/dev/video2')).toEqual([
      { path: '/dev/video2', name: 'Webcam', kind: 'camera', isAnnounced: true },
      // The third one is the camera's metadata, which nobody announces. This one may not be opened here.
      { path: '/dev/video10', name: 'Elsewhere', kind: 'loopback', isAnnounced: false },
    ]);
  });

  it('include a camera that may not be opened', async () => {
    add(987, 'pci0000:00/usb1', 'Webcam');
    expect(await find()).toEqual([
      { path: '/dev/video987', name: 'Webcam', kind: 'camera', isAnnounced: false },
    ]);
  });

  it('say whether a loopback device presents itself as a camera', async () => {
    add(10, 'virtual', 'Elsewhere');
    expect(await find('/dev/video10')).toMatchObject([{ kind: 'loopback', isAnnounced: true }]);
  });

  it('are none where the system has none', async () => {
    rmSync(join(sys, 'class'), { recursive: true });
    expect(await find()).toEqual([]);
  });
});

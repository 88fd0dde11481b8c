import { constants } from 'node:fs';
import { access, readdir, readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';

/** A video device of Linux. */
export interface VideoDevice {
  /** As in `/dev/video0`. */
  readonly path: string;
  /** What it calls itself. */
  readonly name: string;
  /** `camera`: gives frames. `loopback`: a virtual camera, of v4l2loopback for example, which takes frames from a program and gives them to others. */
  readonly kind: 'camera' | 'loopback';
  /**
   * Whether it presents itself as a camera at the moment. A loopback device made with `exclusive_caps=1` does so only while a program
   * writes to it, and browsers show only such devices.
   */
  readonly isAnnounced: boolean;
}

/** What tests replace. */
export interface DeviceSources {
  /** Where the kernel describes devices. Default `/sys`. */
  readonly sys?: string;
  /** Lists the paths of devices that present themselves as cameras. */
  readonly announced?: () => Promise<readonly string[]>;
}

/**
 * Lists cameras and virtual cameras, in the order of their numbers. On other systems than Linux there are none.
 *
 * @example
 * ```ts
 * import { listVideoDevices } from '@elsewhere/node';
 *
 * for (const { path, name, kind } of await listVideoDevices()) console.log(path, kind, name);
 * ```
 */
export function listVideoDevices(): Promise<readonly VideoDevice[]> {
  return findVideoDevices();
}

/** As {@link listVideoDevices}. */
export async function findVideoDevices(sources: DeviceSources = {}): Promise<readonly VideoDevice[]> {
  const { sys = '/sys', announced = announcedDevices } = sources;
  const folder = join(sys, 'class/video4linux');
  const names = (await readdir(folder).catch(() => [])).filter((name) => /^video\d+$/.test(name));
  if (names.length === 0) return [];
  const captures = new Set(await announced());
  const devices = await Promise.all(
    names.map(async (name): Promise<VideoDevice | undefined> => {
      const path = `/dev/${name}`;
      const text = (file: string) => readFile(join(folder, name, file), 'utf8').then(trim, () => '');
      const isLoopback = /\/devices\/virtual\//.test(await realpath(join(folder, name)));
      const isAnnounced = captures.has(path);
      // Cameras have further devices, for metadata. One that may not be opened cannot be asked what it is.
      const mayBeCamera = isAnnounced || ((await text('index')) === '0' && !(await isReadable(path)));
      if (!isLoopback && !mayBeCamera) return undefined;
      const title = (await text('name')) || name;
      return { path, name: title, kind: isLoopback ? 'loopback' : 'camera', isAnnounced };
    }),
  );
  return devices
    .filter((device) => device !== undefined)
    .sort((one, other) => numberOf(one.path) - numberOf(other.path));
}

async function announcedDevices(): Promise<readonly string[]> {
  const { Device } = await import('node-av/lib');
  const devices = await Device.list();
  return devices.flatMap(({ type, name }) => (type === 'video' ? [name] : []));
}

async function isReadable(path: string): Promise<boolean> {
  return access(path, constants.R_OK).then(
    () => true,
    () => false,
  );
}

function numberOf(path: string): number {
  return Number(/\d+$/.exec(path)?.[0]);
}

function trim(text: string): string {
  return text.trim();
}

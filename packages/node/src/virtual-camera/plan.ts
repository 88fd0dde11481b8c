import { constants } from 'node:fs';
import { access, realpath, stat } from 'node:fs/promises';
import { EngineError, type PixelSize } from '@elsewhere/engine';
import { MediaError } from '../errors.js';
import { DEFAULT_CAMERA, isVideoDevice } from '../media/input/source.js';
import type { CameraFormat, LiveInput } from './camera.js';
import type { VideoDevice } from './devices.js';

/** The largest output where no size is given. */
const MOST: CameraFormat = { width: 1280, height: 720, frameRate: 30 };

/**
 * Chooses size and frame rate of the output.
 *
 * @param formats - What the camera can give; none: not known.
 * @param size - What was asked for.
 * @param frameRate - What was asked for.
 */
export function planFormat(
  formats: readonly CameraFormat[],
  size: PixelSize | undefined,
  frameRate: number | undefined,
): CameraFormat {
  const { width, height } = size ?? largest(formats);
  const rates = formats.filter((format) => format.width >= width && format.height >= height);
  const best = Math.max(0, ...rates.map((format) => format.frameRate));
  return {
    width,
    height,
    frameRate: frameRate ?? (best > 0 ? Math.min(MOST.frameRate, best) : MOST.frameRate),
  };
}

function largest(formats: readonly CameraFormat[]): PixelSize {
  const sizes = formats.map(({ width, height }) => {
    const scale = Math.min(1, MOST.width / width, MOST.height / height);
    const size = { width: even(width * scale), height: even(height * scale) };
    return { ...size, area: size.width * size.height };
  });
  const [most = MOST] = sizes.sort((one, other) => other.area - one.area);
  return { width: most.width, height: most.height };
}

function even(length: number): number {
  return Math.max(2, 2 * Math.round(length / 2));
}

/** @throws `EngineError` `OPTION_INVALID` if a size is odd: chroma has half of it. */
export function assertEven({ width, height }: PixelSize): void {
  if (width % 2 === 0 && height % 2 === 0) return;
  throw new EngineError('OPTION_INVALID', `The option size must have even numbers, not ${width}x${height}.`);
}

/**
 * The camera that was asked for, or the first one.
 *
 * @throws `MediaError` `DEVICE_UNAVAILABLE` if it is not there or may not be opened.
 */
export async function chooseCamera(
  given: LiveInput | undefined,
  devices: readonly VideoDevice[],
): Promise<LiveInput> {
  if (given?.type === 'lavfi') return given;
  const device = given?.device ?? devices.find(({ kind }) => kind === 'camera')?.path ?? DEFAULT_CAMERA;
  const found = await access(device, constants.R_OK | constants.W_OK).then(
    () => undefined,
    (error: NodeJS.ErrnoException) => error.code,
  );
  if (found === undefined) return { type: 'camera', device };
  throw new MediaError(
    'DEVICE_UNAVAILABLE',
    found === 'EACCES' || found === 'EPERM'
      ? `The camera ${device} may not be opened: add yourself to the group video (sudo usermod -aG video $USER), and log in again.`
      : given?.device === undefined
        ? 'No camera was found: plug one in, or name its device.'
        : `There is no camera ${device}: plug it in, or choose another one.`,
  );
}

/** What an output is. */
export interface OutputPlan {
  readonly kind: 'device' | 'file' | 'pipe' | 'stdout';
  /** As it was given. */
  readonly path: string;
}

/**
 * The output that was asked for, or the first loopback device.
 *
 * @throws `MediaError` `VIRTUAL_CAMERA_UNAVAILABLE`, `OUTPUT_EXISTS`, `OUTPUT_UNWRITABLE` or `OUTPUT_UNSUPPORTED`.
 */
export async function chooseOutput(
  given: string | undefined,
  devices: readonly VideoDevice[],
): Promise<OutputPlan> {
  if (given === '-') return { kind: 'stdout', path: given };
  const path = given ?? devices.find(({ kind }) => kind === 'loopback')?.path;
  if (path === undefined) {
    throw new MediaError(
      'VIRTUAL_CAMERA_UNAVAILABLE',
      'There is no virtual camera to write to. Install v4l2loopback, then: sudo modprobe v4l2loopback exclusive_caps=1 card_label=Elsewhere.',
    );
  }
  const found = await stat(path).catch(() => undefined);
  if (found?.isCharacterDevice()) return { kind: 'device', path };
  if (found?.isFIFO()) return { kind: 'pipe', path };
  if (found?.isDirectory())
    throw new MediaError('OUTPUT_UNWRITABLE', `${path} is a directory: give the path of a file.`);
  if (isVideoDevice(path)) return { kind: 'device', path };
  if (!path.toLowerCase().endsWith('.y4m')) {
    throw new MediaError(
      'OUTPUT_UNSUPPORTED',
      `${path} is neither a video device nor a named pipe nor a .y4m file: to record a camera into a file, use the command without virtual-camera.`,
    );
  }
  if (found)
    throw new MediaError('OUTPUT_EXISTS', `${path} exists already: delete it, or give another name.`);
  return { kind: 'file', path };
}

/** @throws `MediaError` `VIRTUAL_CAMERA_UNAVAILABLE` if camera and output are one device. */
export async function assertDifferent(camera: LiveInput, { path }: OutputPlan): Promise<void> {
  if (camera.type === 'lavfi' || camera.device === undefined) return;
  const [from, to] = await Promise.all([camera.device, path].map((each) => realpath(each).catch(() => each)));
  if (from !== to) return;
  throw new MediaError(
    'VIRTUAL_CAMERA_UNAVAILABLE',
    `${path} is the camera itself: the output has to be a device of v4l2loopback.`,
  );
}

/** What a user has to know of an output, as sentences. */
export function outputWarnings(
  { kind, path }: OutputPlan,
  devices: readonly VideoDevice[],
): readonly string[] {
  const device = devices.find((each) => each.path === path);
  if (kind !== 'device' || !device?.isAnnounced) return [];
  return [
    `${path} was made without exclusive_caps=1: Chrome and other browsers will not show it. Load the module again: sudo modprobe -r v4l2loopback && sudo modprobe v4l2loopback exclusive_caps=1 card_label=Elsewhere.`,
  ];
}

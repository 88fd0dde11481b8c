import { effect, signal } from '@preact/signals';
import {
  type CameraRequest,
  type CameraTrouble,
  constraintsOf,
  listDevices,
  openCamera,
  troubleOf,
} from '../sources/camera.js';
import { openFile } from '../sources/file.js';
import { frameRate, rateOf, resolution, sizeOf } from './options.js';
import { isString, stored } from './stored.js';

/** Why there are no frames. */
export type Trouble = CameraTrouble | 'unplugged' | 'unplayable';

/** The video source and its state. */
export type Source =
  | { readonly status: 'idle' }
  | { readonly status: 'asking'; readonly kind: SourceKind }
  | { readonly status: 'live'; readonly kind: SourceKind; readonly track: MediaStreamTrack }
  | { readonly status: 'trouble'; readonly trouble: Trouble };
export type SourceKind = 'camera' | 'presenter' | 'file';

export const source = signal<Source>({ status: 'idle' });

/** The id of the chosen camera; empty for the browser's default. */
export const cameraId = stored('camera', '', isString);

export const cameras = signal<readonly MediaDeviceInfo[]>([]);

/** Stops the source that is open or being opened. */
let current = new AbortController();

/** Whether the page has the camera permission already, so that the browser will not ask. */
export async function hasPermission(): Promise<boolean> {
  try {
    const { state } = await navigator.permissions.query({ name: 'camera' as PermissionName });
    return state === 'granted';
  } catch {
    return false;
  }
}

export function startCamera(): Promise<void> {
  if (!navigator.mediaDevices) {
    source.value = { status: 'trouble', trouble: 'insecure' };
    return Promise.resolve();
  }
  return start('camera', () => openCamera(request()), troubleOf);
}

export function startPresenter(): Promise<void> {
  return start(
    'presenter',
    async (signal) => (await import('../sources/presenter.js')).openPresenter(signal),
    () => 'failed',
  );
}

export function startFile(file: Blob): Promise<void> {
  return start(
    'file',
    (signal) => openFile(file, signal),
    () => 'unplayable',
  );
}

async function start(
  kind: SourceKind,
  open: (signal: AbortSignal) => Promise<MediaStream>,
  troubleOf: (error: unknown) => Trouble,
): Promise<void> {
  release();
  const { signal } = current;
  source.value = { status: 'asking', kind };
  try {
    const stream = await open(signal);
    const [track] = stream.getVideoTracks();
    if (!track) throw new Error('There is no video track.');
    if (signal.aborted) {
      track.stop();
      return;
    }
    signal.addEventListener('abort', () => track.stop());
    track.addEventListener('ended', () => lose(signal));
    source.value = { status: 'live', kind, track };
    if (kind === 'camera') cameras.value = await listDevices('videoinput');
  } catch (error) {
    if (!signal.aborted) source.value = { status: 'trouble', trouble: troubleOf(error) };
  }
}

/** Stops the open source. */
function release(): void {
  current.abort();
  current = new AbortController();
}

/** Stops the source, which turns off the camera's light. */
export function stopSource(): void {
  release();
  source.value = { status: 'idle' };
}

/** Called when the track has ended by itself, for example because the camera was unplugged. */
function lose(signal: AbortSignal): void {
  if (signal.aborted) return;
  release();
  source.value = { status: 'trouble', trouble: 'unplugged' };
}

function request(): CameraRequest {
  const size = sizeOf(resolution.value);
  return {
    deviceId: cameraId.value,
    width: size?.width,
    height: size?.height,
    frameRate: rateOf(frameRate.value),
  };
}

// Another camera is opened anew. Another size is applied to the open camera, so that a recording continues.
let openedId = cameraId.value;
effect(() => {
  const id = cameraId.value;
  const constraints = constraintsOf(request());
  const now = source.peek();
  const isOther = id !== openedId;
  openedId = id;
  if ((now.status !== 'live' && now.status !== 'asking') || now.kind !== 'camera') return;
  // A camera that is being opened was asked for with the former settings.
  if (isOther || now.status === 'asking') void startCamera();
  else now.track.applyConstraints(constraints).catch(() => {});
});

navigator.mediaDevices?.addEventListener('devicechange', async () => {
  cameras.value = await listDevices('videoinput');
  const now = source.value;
  const isWaiting = now.status === 'trouble' && (now.trouble === 'unplugged' || now.trouble === 'missing');
  if (isWaiting && cameras.value.length > 0) await startCamera();
});

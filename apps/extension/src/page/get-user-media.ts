import { asksForScreen, withCamera } from './constraints.js';
import { type Connector, Feed, feeds } from './feed.js';
import { Output } from './output.js';
import { wrapMethod } from './wrap.js';

/** The page's end of the bridge. */
export interface Bridge extends Connector {
  /** The camera to use, by its id for this page; `undefined` if the page chooses. */
  camera(): Promise<string | undefined>;
  /** Called with the camera's id when the user has chosen another one. */
  onSwitch: ((deviceId: string) => void) | undefined;
}

type Succeed = (stream: MediaStream) => void;
type Fail = (error: unknown) => void;

/** The forms of `getUserMedia` with callbacks. */
const LEGACY = ['getUserMedia', 'webkitGetUserMedia', 'mozGetUserMedia'] as const;

/** Lets all forms of `getUserMedia` give processed tracks in place of the camera's. */
export function wrapGetUserMedia(bridge: Bridge): void {
  const { getUserMedia } = MediaDevices.prototype;
  bridge.onSwitch = (deviceId) =>
    void switchCameras(deviceId, (video) => Reflect.apply(getUserMedia, navigator.mediaDevices, [{ video }]));
  wrapMethod(MediaDevices.prototype, 'getUserMedia', async (native, self, [constraints]) => {
    const open = (wanted: unknown): Promise<MediaStream> => Reflect.apply(native, self, [wanted]);
    return processed(await openCamera(open, constraints, bridge), constraints, bridge);
  });
  for (const name of LEGACY) {
    wrapMethod(Navigator.prototype, name, (native, self, args) => {
      const [constraints, succeed, fail] = args;
      // The browser says what is wrong with other arguments.
      if (typeof succeed !== 'function' || typeof fail !== 'function')
        return Reflect.apply(native, self, args);
      const open = (wanted: unknown) =>
        new Promise<MediaStream>((resolve, reject) => Reflect.apply(native, self, [wanted, resolve, reject]));
      void openCamera(open, constraints, bridge)
        .then((stream) => processed(stream, constraints, bridge))
        .then(succeed as Succeed, fail as Fail);
      return undefined;
    });
  }
}

/** Lets running calls continue with another camera; where it cannot be opened, with their own. */
async function switchCameras(
  deviceId: string,
  open: (video: unknown) => Promise<MediaStream>,
): Promise<void> {
  for (const feed of [...feeds]) {
    const stream = await open(withCamera(feed.camera.getConstraints(), deviceId)).catch(() => undefined);
    const [camera] = stream?.getVideoTracks() ?? [];
    if (camera && feeds.has(feed)) feed.switchTo(camera);
    else camera?.stop();
  }
}

/** Opens what the page asks for, with the camera that the user has chosen, if it is there. */
async function openCamera(
  open: (constraints: unknown) => Promise<MediaStream>,
  constraints: unknown,
  bridge: Bridge,
): Promise<MediaStream> {
  const { video } = (constraints ?? {}) as MediaStreamConstraints;
  const deviceId = video && !asksForScreen(video) ? await bridge.camera() : undefined;
  if (!deviceId) return open(constraints);
  const chosen = { ...(constraints as MediaStreamConstraints), video: withCamera(video, deviceId) };
  return open(chosen).catch(() => open(constraints));
}

/**
 * Replaces the camera's tracks of a stream.
 *
 * @throws DOMException `NotReadableError` if that is not possible; the camera is off then.
 */
function processed(stream: MediaStream, constraints: unknown, bridge: Bridge): MediaStream {
  const { video } = (constraints ?? {}) as MediaStreamConstraints;
  try {
    for (const track of stream.getVideoTracks()) {
      if (isScreen(track, video)) continue;
      stream.removeTrack(track);
      stream.addTrack(new Output(new Feed(track, bridge)).track);
    }
    return stream;
  } catch {
    for (const track of stream.getTracks()) track.stop();
    throw new DOMException('Could not start video source', 'NotReadableError');
  }
}

/** A screen says so itself; Firefox's do not, but there nothing else comes of these constraints. */
function isScreen(track: MediaStreamTrack, video: unknown): boolean {
  return 'displaySurface' in track.getSettings() || ('mozGetUserMedia' in navigator && asksForScreen(video));
}

import { inspect, type Rgb, type Seen } from '../../../../packages/web/test/browser/pages/inspect.js';

/**
 * A meeting: opens the camera in every way that pages know, in frames of every kind, and looks at each frame that comes. Runs as
 * the page's first script.
 */

/** A way to open a camera. */
export type Form =
  | 'getUserMedia'
  | 'kept reference'
  | 'called on the prototype'
  | 'wrapped by the page'
  | 'navigator.getUserMedia'
  | 'navigator.webkitGetUserMedia';

/** A kind of frame. */
export type FrameKind = 'page' | 'same origin' | 'about:blank' | 'srcdoc' | 'cross-origin' | 'window';

/** What the page keeps as its first script. */
const first = navigator.mediaDevices.getUserMedia;

/** Of older browsers. */
interface LegacyNavigator extends Navigator {
  getUserMedia(
    constraints: unknown,
    succeed: (stream: MediaStream) => void,
    fail: (error: unknown) => void,
  ): void;
  webkitGetUserMedia: LegacyNavigator['getUserMedia'];
}

/** A window, with what a page uses of it. */
type Realm = Pick<typeof globalThis, 'navigator' | 'MediaDevices'>;

/** Opens a camera. */
function open(form: Form, constraints: unknown, realm: Realm): Promise<MediaStream> {
  const { mediaDevices } = realm.navigator;
  const wanted = constraints as MediaStreamConstraints;
  switch (form) {
    case 'getUserMedia':
      return mediaDevices.getUserMedia(wanted);
    case 'kept reference':
      return first.call(mediaDevices, wanted);
    case 'called on the prototype':
      return realm.MediaDevices.prototype.getUserMedia.call(mediaDevices, wanted);
    case 'wrapped by the page': {
      // Each of them wraps the one before.
      const native = mediaDevices.getUserMedia.bind(mediaDevices);
      mediaDevices.getUserMedia = async (asked) => native(asked);
      return mediaDevices.getUserMedia(wanted);
    }
    case 'navigator.getUserMedia':
    case 'navigator.webkitGetUserMedia': {
      const name = form.slice('navigator.'.length) as 'getUserMedia' | 'webkitGetUserMedia';
      const legacy = realm.navigator as LegacyNavigator;
      return new Promise((resolve, reject) => legacy[name](constraints, resolve, reject));
    }
  }
}

const made = new Map<FrameKind, Promise<Realm>>();

/** Makes a frame, or a window, and returns its global object; there is one of each kind. */
function frameOf(kind: FrameKind): Promise<Realm> {
  // Not made at once: while a window opens, Chromium runs what the test asks for next.
  const frame = made.get(kind) ?? Promise.resolve().then(() => makeFrame(kind));
  made.set(kind, frame);
  return frame;
}

async function makeFrame(kind: FrameKind): Promise<Realm> {
  if (kind === 'page') return globalThis;
  if (kind === 'window') {
    const opened = globalThis.open('about:blank');
    if (!opened) throw new Error('No window');
    return opened as unknown as Realm;
  }
  const frame = document.createElement('iframe');
  frame.allow = 'camera';
  const loaded = new Promise((resolve) => frame.addEventListener('load', resolve, { once: true }));
  if (kind === 'same origin') frame.src = location.href;
  if (kind === 'srcdoc') frame.srcdoc = '<!doctype html><p>Meeting</p>';
  document.body.append(frame);
  // An empty frame can be used at once.
  if (kind !== 'about:blank') await loaded;
  return frame.contentWindow as unknown as Realm;
}

/** What was seen of a track. */
export interface Watched {
  readonly frames: Seen[];
  /** How many frames there have been. */
  count: number;
  /** The largest share of a frame that showed the camera background. */
  worst: number;
  ended: boolean;
}

const GREEN: Rgb = [0, 177, 64];

const tracks: MediaStreamTrack[] = [];
const watches: Watched[] = [];

/** Looks at each frame of a track. */
function watch(track: MediaStreamTrack): Watched {
  const watched: Watched = { frames: [], count: 0, worst: 0, ended: false };
  const { readable } = new MediaStreamTrackProcessor({ track: track as MediaStreamVideoTrack });
  void (async () => {
    const reader = readable.getReader();
    for (;;) {
      const { value, done } = await reader.read();
      if (done) break;
      const seen = await inspect(value, GREEN);
      value.close();
      watched.frames.push(seen);
      watched.count++;
      watched.worst = Math.max(watched.worst, seen.cameraBackground);
    }
    watched.ended = true;
  })();
  return watched;
}

async function until(condition: () => boolean, timeout: number, what: string): Promise<void> {
  const end = performance.now() + timeout;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`Waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Sends a track to another peer connection of the page, and returns what arrives. */
async function loopback(track: MediaStreamTrack): Promise<MediaStreamTrack> {
  const [here, there] = [new RTCPeerConnection(), new RTCPeerConnection()];
  here.onicecandidate = ({ candidate }) => void there.addIceCandidate(candidate ?? undefined);
  there.onicecandidate = ({ candidate }) => void here.addIceCandidate(candidate ?? undefined);
  const arrived = new Promise<MediaStreamTrack>((resolve) => {
    there.ontrack = (event) => resolve(event.track);
  });
  here.addTrack(track, new MediaStream([track]));
  await here.setLocalDescription();
  await there.setRemoteDescription(here.localDescription as RTCSessionDescription);
  await there.setLocalDescription();
  await here.setRemoteDescription(there.localDescription as RTCSessionDescription);
  return arrived;
}

const lab = {
  open,
  watch,
  until,
  loopback,
  tracks,
  watches,

  /** Opens a camera and looks at its frames; returns the number of the track. */
  async start(form: Form, kind: FrameKind, constraints: unknown = { video: true }): Promise<number> {
    const stream = await open(form, constraints, await frameOf(kind));
    const [track] = stream.getVideoTracks();
    if (!track) throw new Error('No track');
    tracks.push(track);
    return watches.push(watch(track)) - 1;
  },

  /** Waits for so many more frames that fulfil a condition, and returns what all were like. */
  async frames(
    index: number,
    count: number,
    kind: 'any' | 'person' | 'background' = 'any',
    timeout = 60_000,
  ) {
    const watched = watches[index];
    if (!watched) throw new Error('No such track');
    const from = watched.frames.length;
    const fulfils = ({ plain }: Seen) =>
      kind === 'any' || (kind === 'background' ? plain > 0.98 : plain > 0.3 && plain < 0.95);
    await until(
      () => watched.frames.slice(from).filter(fulfils).length >= count,
      timeout,
      `${count} frames: ${kind}; there are ${JSON.stringify(watched.frames.slice(-2))} of ${watched.count}`,
    );
    return { count: watched.count, worst: watched.worst, ended: watched.ended };
  },

  endAll(): void {
    for (const track of tracks.splice(0)) track.stop();
  },
};

/** What tests find on `globalThis.lab`. */
export type MeetingLab = typeof lab;

Object.assign(globalThis, { lab });

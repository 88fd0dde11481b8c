import { loadClip, toRgb } from './clip.js';
import { inspect, type Rgb, type Seen } from './inspect.js';
import type {
  Kept,
  PlayerMessage,
  PlayerOptions,
  PlayerReport,
  RecorderMessage,
  RecorderReport,
  Truth,
} from './messages.js';

/** What can be said of a track's frames as they come. */
export interface Recording {
  /** All frames so far. */
  readonly frames: readonly Seen[];
  /** Only if asked for, and instead of {@link Recording.frames}: the pixels of all frames so far. */
  readonly kept: readonly Kept[];
  /** Whether the track has ended. */
  readonly ended: boolean;
  /** Waits until something holds of the recording, up to `timeout` milliseconds (default 45 000). */
  until(holds: (recording: Recording) => boolean, timeout?: number): Promise<void>;
  /** Waits for so many frames from now on and returns these. */
  next(count: number, timeout?: number): Promise<readonly Seen[]>;
  /** Stops recording; the track is not touched. */
  stop(): void;
}

/** A track that shows a clip. */
export interface Player {
  readonly track: MediaStreamTrack;
  /** The timestamps of all frames that were sent, and when, in milliseconds since the epoch. */
  readonly sent: readonly { readonly timestamp: number; readonly at: number }[];
  /** Plays otherwise from now on. */
  change(options: Partial<PlayerOptions>): void;
  /** Sends nothing for a while. */
  pause(paused: boolean): void;
  /** Registers a recording, which calls the result with the timestamp of each frame that it has seen. */
  follow(): (timestamp: number) => void;
  /** Ends the track as a camera does that is pulled out. */
  end(): void;
}

/** How long anything may take before it counts as hung, in milliseconds: machines may be busy. */
const WAIT = 90_000;

/** What ends the tracks, players and recordings of the running test. */
const cleanUps = new Set<() => void>();

/** Ends something with the running test, at the latest. */
export function cleanUp(end: () => void): void {
  cleanUps.add(end);
}

/** Ends all that the test has opened: the next one finds the page as new. */
export function endAll(): void {
  for (const end of cleanUps) end();
  cleanUps.clear();
}

/** Asks again and again until it holds. */
export async function until(holds: () => boolean, timeout = WAIT, what = String(holds)): Promise<void> {
  const end = performance.now() + timeout;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`Waited ${timeout} ms without success for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Waits so many milliseconds. */
export function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Asks for the camera. */
export async function openCamera(constraints: MediaTrackConstraints = {}): Promise<MediaStreamTrack> {
  const stream = await navigator.mediaDevices.getUserMedia({ video: constraints });
  const [track] = stream.getVideoTracks();
  if (!track) throw new Error('A stream without video');
  cleanUp(() => track.stop());
  return track;
}

/** Shows a clip on a canvas, as a track: where pages have no generators. */
export async function paint(url: string): Promise<MediaStreamTrack> {
  const { width, height, frames } = await loadClip(url);
  const canvas = Object.assign(document.createElement('canvas'), { width, height });
  const context = canvas.getContext('2d');
  const stream = canvas.captureStream(30);
  const [track] = stream.getVideoTracks();
  if (!context || !track) throw new Error('No canvas');
  const images = frames.map((frame) => {
    const rgba = new Uint8ClampedArray(toRgb(frame, width, height, 'RGBA'));
    return new ImageData(rgba, width, height);
  });
  let index = 0;
  const timer = setInterval(() => {
    const image = images[index++ % images.length];
    if (image) context.putImageData(image, 0, 0);
    if (track.readyState === 'ended') clearInterval(timer);
  }, 1000 / 30);
  cleanUp(() => track.stop());
  return track;
}

/** So many frames after a change may have been on their way before it: messages and frames take different routes. */
const ON_THE_WAY = 3;

/**
 * The next frames of an output for which all holds that was asked for before: frames on their way are skipped.
 *
 * @param player - Sends the frames.
 * @param outs - Sees what becomes of them.
 * @param count - How many.
 */
export async function sentFromNow(player: Player, outs: Recording, count: number): Promise<readonly Seen[]> {
  const { timestamp: last = Number.NEGATIVE_INFINITY } = player.sent.at(-1) ?? {};
  const later = () => outs.frames.filter(({ timestamp }) => timestamp > last);
  await outs.until(() => later().length >= ON_THE_WAY + count);
  return later().slice(ON_THE_WAY, ON_THE_WAY + count);
}

/** Plays a clip into a new track. Only where pages have generators (Chromium). */
export function play(options: PlayerOptions): Player {
  const generator = new MediaStreamTrackGenerator({ kind: 'video' });
  const worker = new Worker('/pages/player.worker.js', { type: 'module' });
  const sent: { timestamp: number; at: number }[] = [];
  /** What each recording has seen last. */
  const followers = new Map<symbol, number>();
  worker.onmessage = ({ data }: MessageEvent<PlayerReport>) => {
    if (data.type === 'sent') sent.push(data);
    else worker.terminate();
  };
  cleanUp(() => {
    worker.terminate();
    generator.stop();
  });
  const send = (message: PlayerMessage, transfer: Transferable[] = []) =>
    worker.postMessage(message, transfer);
  const { writable } = generator;
  const url = new URL(options.url, location.href).href;
  send({ type: 'start', writable, options: { ...options, url } }, [writable]);
  return {
    track: generator,
    sent,
    change: (changed) => send({ type: 'change', options: changed }),
    pause: (paused) => send({ type: 'pause', paused }),
    follow: () => {
      const follower = Symbol();
      followers.set(follower, Number.NEGATIVE_INFINITY);
      return (timestamp) => {
        followers.set(follower, timestamp);
        send({ type: 'returned', timestamp: Math.min(...followers.values()) });
      };
    },
    end: () => send({ type: 'end' }),
  };
}

/** How a track is recorded. */
export interface RecordOptions {
  readonly color?: Rgb;
  readonly keep?: boolean | 'RGBA';
  readonly truth?: Truth;
  /** What sends the frames, if it is to wait for those that come out: see `PlayerOptions.patience`. */
  readonly player?: Player;
}

/** Looks at the frames of a track from now on: at each, where the browser lets it be read. */
export function record(
  track: MediaStreamTrack,
  { keep = false, player, ...options }: RecordOptions = {},
): Recording {
  const follow = player?.follow();
  const frames: Seen[] = [];
  const kept: Kept[] = [];
  let ended = false;
  let failure: unknown;
  // A clone, so that stopping the recording is not stopping the track.
  const seat = track.clone();
  const stop = watch(seat, { keep, ...options }, (report) => {
    if (report.type === 'seen') {
      frames.push(report.seen);
      follow?.(report.seen.timestamp);
    } else if (report.type === 'kept') {
      kept.push(report);
      follow?.(report.timestamp);
    } else if (report.type === 'failed') failure = report.message;
    else ended = true;
  });
  const end = () => {
    stop();
    seat.stop();
  };
  cleanUp(end);
  const recording: Recording = {
    frames,
    kept,
    get ended() {
      return ended;
    },
    until: async (holds, timeout) => {
      await until(() => failure !== undefined || holds(recording), timeout, String(holds));
      if (failure !== undefined) throw new Error(`The recorder failed: ${failure}`);
    },
    next: async (count, timeout) => {
      const from = frames.length;
      await recording.until(() => frames.length >= from + count, timeout);
      return frames.slice(from, from + count);
    },
    stop: end,
  };
  return recording;
}

type Report = RecorderReport | { readonly type: 'failed'; readonly message: string };

/** Reads a track in a worker, or in the page where workers cannot. */
function watch(
  track: MediaStreamTrack,
  options: Omit<RecorderMessage, 'readable' | 'track'>,
  post: (report: Report) => void,
): () => void {
  const worker = new Worker('/pages/recorder.worker.js', { type: 'module' });
  worker.onmessage = ({ data }: MessageEvent<RecorderReport>) => post(data);
  worker.onerror = ({ message }) => post({ type: 'failed', message });
  if ('MediaStreamTrackProcessor' in globalThis) {
    const { readable } = new MediaStreamTrackProcessor({
      track: track as MediaStreamVideoTrack,
      maxBufferSize: 30,
    });
    worker.postMessage({ readable, ...options } satisfies RecorderMessage, [readable]);
    return () => worker.terminate();
  }
  try {
    worker.postMessage({ track, ...options } satisfies RecorderMessage, [track as unknown as Transferable]);
    return () => worker.terminate();
  } catch {
    worker.terminate();
    return watchVideo(track, options, post);
  }
}

/** Looks at what a video shows, each time that it shows something new. */
function watchVideo(
  track: MediaStreamTrack,
  { color }: { readonly color?: Rgb },
  post: (report: Report) => void,
): () => void {
  const video = document.createElement('video');
  video.muted = true;
  video.srcObject = new MediaStream([track]);
  let isStopped = false;
  const look = async () => {
    if (isStopped) return;
    video.requestVideoFrameCallback(look);
    const frame = new VideoFrame(video, { timestamp: Math.round(performance.now() * 1000) });
    const seen = await inspect(frame, color);
    frame.close();
    post({ type: 'seen', seen });
  };
  video.requestVideoFrameCallback(look);
  track.addEventListener('ended', () => post({ type: 'ended' }));
  video.play().catch((error) => post({ type: 'failed', message: String(error) }));
  return () => {
    isStopped = true;
    video.srcObject = null;
  };
}

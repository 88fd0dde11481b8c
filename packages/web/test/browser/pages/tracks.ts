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
  /** Ends the track as a camera does that is pulled out. */
  end(): void;
}

const WAIT = 45_000;

/** Asks again and again until it holds. */
export async function until(holds: () => boolean, timeout = WAIT, what = String(holds)): Promise<void> {
  const end = performance.now() + timeout;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`Waited ${timeout} ms in vain for: ${what}`);
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
  const pictures = frames.map((frame) => {
    const rgba = new Uint8ClampedArray(toRgb(frame, width, height, 'RGBA'));
    return new ImageData(rgba, width, height);
  });
  let index = 0;
  const timer = setInterval(() => {
    const picture = pictures[index++ % pictures.length];
    if (picture) context.putImageData(picture, 0, 0);
    if (track.readyState === 'ended') clearInterval(timer);
  }, 1000 / 30);
  return track;
}

/**
 * The next frames of an output that were sent after this moment, and not by a hair: what was on its way is let pass.
 *
 * @param player - Sends the frames.
 * @param outs - Sees what becomes of them.
 * @param count - How many.
 */
export async function sentFromNow(player: Player, outs: Recording, count: number): Promise<readonly Seen[]> {
  await wait(200);
  const { timestamp: last = 0 } = player.sent.at(-1) ?? {};
  const later = () => outs.frames.filter(({ timestamp }) => timestamp > last);
  await outs.until(() => later().length >= count);
  return later().slice(0, count);
}

/** Plays a clip into a new track. Only where pages have generators (Chromium). */
export function play(options: PlayerOptions): Player {
  const generator = new MediaStreamTrackGenerator({ kind: 'video' });
  const worker = new Worker('/pages/player.worker.js', { type: 'module' });
  const sent: { timestamp: number; at: number }[] = [];
  worker.onmessage = ({ data }: MessageEvent<PlayerReport>) => {
    if (data.type === 'sent') sent.push(data);
    else worker.terminate();
  };
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
    end: () => send({ type: 'end' }),
  };
}

/** Looks at the frames of a track from now on: at each, where the browser lets it be read. */
export function record(
  track: MediaStreamTrack,
  { keep = false, ...options }: { color?: Rgb; keep?: boolean | 'RGBA'; truth?: Truth } = {},
): Recording {
  const frames: Seen[] = [];
  const kept: Kept[] = [];
  let ended = false;
  let failure: unknown;
  // A clone, so that stopping the recording is not stopping the track.
  const seat = track.clone();
  const stop = watch(seat, { keep, ...options }, (report) => {
    if (report.type === 'seen') frames.push(report.seen);
    else if (report.type === 'kept') kept.push(report);
    else if (report.type === 'failed') failure = report.message;
    else ended = true;
  });
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
    stop: () => {
      stop();
      seat.stop();
    },
  };
  return recording;
}

type Report = RecorderReport | { readonly type: 'failed'; readonly message: string };

/** Reads a track in a worker, or in the page where workers cannot. */
function watch(
  track: MediaStreamTrack,
  options: Omit<RecorderMessage, 'readable' | 'track'>,
  tell: (report: Report) => void,
): () => void {
  const worker = new Worker('/pages/recorder.worker.js', { type: 'module' });
  worker.onmessage = ({ data }: MessageEvent<RecorderReport>) => tell(data);
  worker.onerror = ({ message }) => tell({ type: 'failed', message });
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
    return watchVideo(track, options, tell);
  }
}

/** Looks at what a video shows, each time that it shows something new. */
function watchVideo(
  track: MediaStreamTrack,
  { color }: { readonly color?: Rgb },
  tell: (report: Report) => void,
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
    tell({ type: 'seen', seen });
  };
  video.requestVideoFrameCallback(look);
  track.addEventListener('ended', () => tell({ type: 'ended' }));
  video.play().catch((error) => tell({ type: 'failed', message: String(error) }));
  return () => {
    isStopped = true;
    video.srcObject = null;
  };
}

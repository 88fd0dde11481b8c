import type { Rgb, Seen } from './inspect.js';
import type {
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
  /** Only if asked for, and instead of {@link Recording.frames}: the pixels of all frames so far, as `copyTo` gives them. */
  readonly kept: readonly { readonly timestamp: number; readonly planes: Uint8Array<ArrayBuffer> }[];
  /** Whether the track has ended. */
  readonly ended: boolean;
  /** Waits until something holds of the recording, up to `timeout` milliseconds (default 15 000). */
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

const WAIT = 15_000;

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

/** Looks at every frame of a track from now on. */
export function record(
  track: MediaStreamTrack,
  { keep = false, ...options }: { color?: Rgb; keep?: boolean; truth?: Truth } = {},
): Recording {
  // A clone, so that stopping the recording is not stopping the track.
  const seat = track.clone();
  const worker = new Worker('/pages/recorder.worker.js', { type: 'module' });
  const frames: Seen[] = [];
  const kept: { timestamp: number; planes: Uint8Array<ArrayBuffer> }[] = [];
  let ended = false;
  let failure: string | undefined;
  worker.onmessage = ({ data }: MessageEvent<RecorderReport>) => {
    if (data.type === 'ended') {
      ended = true;
      worker.terminate();
      return;
    }
    if (data.type === 'kept') kept.push(data);
    else frames.push(data.seen);
  };
  worker.onerror = (event) => {
    failure = event.message;
  };
  const begin = (message: RecorderMessage, transfer: Transferable[]) => worker.postMessage(message, transfer);
  const common = { keep, ...options };
  if ('MediaStreamTrackProcessor' in globalThis) {
    const { readable } = new MediaStreamTrackProcessor({
      track: seat as MediaStreamVideoTrack,
      maxBufferSize: 30,
    });
    begin({ readable, ...common }, [readable]);
  } else {
    begin({ track: seat, ...common }, [seat as unknown as Transferable]);
  }
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
      worker.terminate();
      seat.stop();
    },
  };
  return recording;
}

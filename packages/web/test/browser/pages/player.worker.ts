import { type LoadedClip, loadClip, toRgb } from './clip.js';
import type { PlayerMessage, PlayerOptions } from './messages.js';

/** Plays a y4m clip into a generator's stream, in a worker: a busy page does not hold it up. */

let writer: WritableStreamDefaultWriter<VideoFrame> | undefined;
let options: PlayerOptions | undefined;
let clip: LoadedClip | undefined;
let index = 0;
/** When the next frame may be sent. */
let due = 0;
let paused = false;
/** The frame that has to come back before the next is sent. */
let awaited: { readonly timestamp: number; readonly resolve: () => void } | undefined;

function frameOf(clip: LoadedClip, settings: PlayerOptions): VideoFrame {
  const {
    format = 'I420',
    rotation = 0,
    flip = false,
    fps = 30,
    start = 0,
    step = 1,
    crop,
    colorSpace,
  } = settings;
  const planes = clip.frames[(index * step) % clip.frames.length];
  if (!planes) throw new Error('An empty clip');
  const { width, height, data } = stored({ ...clip, data: planes }, rotation, flip);
  const whole = new VideoFrame(converted(data, width, height, format), {
    format,
    codedWidth: width,
    codedHeight: height,
    timestamp: start + Math.round((index * 1e6) / fps),
    ...(crop && { visibleRect: crop }),
    ...(colorSpace && { colorSpace }),
  });
  if (rotation === 0 && !flip) return whole;
  const turned = new VideoFrame(whole, { rotation, flip } as VideoFrameInit);
  whole.close();
  return turned;
}

interface Planes {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array<ArrayBuffer>;
}

/** Planes as they must be stored to be shown unchanged after rotation and mirroring. */
function stored(planes: Planes, rotation: number, flip: boolean): Planes {
  if (rotation === 0 && !flip) return planes;
  const { width, height, data } = planes;
  const [storedWidth, storedHeight] = rotation % 180 === 0 ? [width, height] : [height, width];
  const result = new Uint8Array(data.length);
  for (const { offset, shift } of [
    { offset: 0, shift: 0 },
    { offset: width * height, shift: 1 },
    { offset: (width * height * 5) / 4, shift: 1 },
  ]) {
    const [across, down] = [width >> shift, height >> shift];
    const storedAcross = storedWidth >> shift;
    for (let y = 0; y < down; y++) {
      for (let x = 0; x < across; x++) {
        const shownX = flip ? across - 1 - x : x;
        const [toX, toY] = beforeTurning(shownX, y, across, down, rotation);
        result[offset + toY * storedAcross + toX] = data[offset + y * across + x] ?? 0;
      }
    }
  }
  return { width: storedWidth, height: storedHeight, data: result };
}

/** The position of the pixel that clockwise rotation moves to (x, y). */
function beforeTurning(
  x: number,
  y: number,
  width: number,
  height: number,
  rotation: number,
): [number, number] {
  switch (rotation) {
    case 90:
      return [y, width - 1 - x];
    case 180:
      return [width - 1 - x, height - 1 - y];
    case 270:
      return [height - 1 - y, x];
    default:
      return [x, y];
  }
}

function converted(
  i420: Uint8Array<ArrayBuffer>,
  width: number,
  height: number,
  format: VideoPixelFormat,
): Uint8Array<ArrayBuffer> {
  const luma = width * height;
  const across = (width + 1) >> 1;
  const chroma = across * ((height + 1) >> 1);
  switch (format) {
    case 'I420':
      return i420;
    case 'I420A': {
      const result = new Uint8Array(2 * luma + 2 * chroma).fill(255);
      result.set(i420);
      return result;
    }
    case 'NV12': {
      const result = i420.slice();
      for (let i = 0; i < chroma; i++) {
        result[luma + 2 * i] = i420[luma + i] ?? 0;
        result[luma + 2 * i + 1] = i420[luma + chroma + i] ?? 0;
      }
      return result;
    }
    default:
      return toRgb(i420, width, height, format);
  }
}

/** Sends a frame and comes back for the next. */
async function tick(): Promise<void> {
  if (!writer || !clip || !options) return;
  const { fps = 30, patience, rate = patience === undefined ? fps : Number.POSITIVE_INFINITY } = options;
  if (index >= (options.frames ?? Number.POSITIVE_INFINITY)) {
    close();
    return;
  }
  const begin = performance.now();
  if (!paused) {
    const frame = frameOf(clip, options);
    const { timestamp } = frame;
    postMessage({ type: 'sent', timestamp, at: performance.timeOrigin + performance.now() });
    const returned = patience === undefined ? undefined : untilReturned(timestamp, patience);
    writer.write(frame).catch(() => undefined);
    await returned;
  }
  index++;
  // A pause lasts for so many frames that are not sent.
  const interval = paused ? 1000 / fps : 1000 / rate;
  due = Math.max(due + interval, begin);
  setTimeout(tick, Math.max(0, due - performance.now()));
}

/** Waits until the frame has been seen, or for so many milliseconds. */
function untilReturned(timestamp: number, patience: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, patience);
    awaited = {
      timestamp,
      resolve: () => {
        clearTimeout(timer);
        resolve();
      },
    };
  });
}

function close(): void {
  writer?.close().catch(() => undefined);
  writer = undefined;
  postMessage({ type: 'ended' });
}

self.onmessage = async ({ data }: MessageEvent<PlayerMessage>) => {
  switch (data.type) {
    case 'start':
      options = data.options;
      clip = await loadClip(options.url);
      writer = data.writable.getWriter();
      due = performance.now();
      void tick();
      return;
    case 'change': {
      if (!options) return;
      const next = { ...options, ...data.options };
      if (next.url !== options.url) clip = await loadClip(next.url);
      options = next;
      return;
    }
    case 'pause':
      paused = data.paused;
      return;
    case 'returned':
      if (awaited && data.timestamp >= awaited.timestamp) awaited.resolve();
      return;
    case 'end':
      close();
  }
};

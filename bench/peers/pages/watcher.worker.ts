import { type Landmark, roomIn } from '../room.js';
import type { KeptFrame, Shown, Taken, WatcherReport, WatcherRequest } from './messages.js';

/** Sees every frame of the camera and of a library's output, in a worker: a busy page does not hold it up. */

const camera: Taken[] = [];
const output: Shown[] = [];
let landmark: Landmark | undefined;
let wanted = { count: 0, interval: 0 };
let kept: KeptFrame[] = [];
/** When a frame is to be kept next. */
let due = 0;

const now = () => performance.timeOrigin + performance.now();

async function watchCamera(readable: ReadableStream<VideoFrame>): Promise<void> {
  for await (const frame of readable) {
    camera.push([frame.timestamp, now()]);
    frame.close();
  }
}

async function watchOutput(readable: ReadableStream<VideoFrame>): Promise<void> {
  for await (const frame of readable) {
    const arrived = now();
    const room = landmark ? roomIn(await lumaOf(frame, landmark), landmark) : 0;
    output.push([frame.timestamp, arrived, room]);
    if (wanted.count > 0 && arrived >= due) await keep(frame, arrived);
    frame.close();
  }
}

/** The luma of a part of a frame; of the whole frame nothing is copied. */
async function lumaOf(frame: VideoFrame, { x, y, width, height }: Landmark): Promise<Uint8Array> {
  const { visibleRect, displayWidth, displayHeight } = frame;
  const luma = new Uint8Array(width * height);
  if (!visibleRect || x + width > displayWidth || y + height > displayHeight) return luma;
  const rect = { x: x + visibleRect.x, y: y + visibleRect.y, width, height };
  const bytes = new Uint8Array(frame.allocationSize({ rect }));
  const [plane] = await frame.copyTo(bytes, { rect });
  if (!plane) return luma;
  const isRgb = /^(RGB|BGR)/.test(String(frame.format));
  for (let i = 0; i < luma.length; i++) {
    const at = plane.offset + Math.floor(i / width) * plane.stride + (isRgb ? 4 : 1) * (i % width);
    // Green stands for luma well enough where only edges are compared.
    luma[i] = bytes[isRgb ? at + 1 : at] ?? 0;
  }
  return luma;
}

async function keep(frame: VideoFrame, arrived: number): Promise<void> {
  due = arrived + wanted.interval;
  wanted = { ...wanted, count: wanted.count - 1 };
  const data = new Uint8Array(frame.allocationSize());
  const layout = await frame.copyTo(data);
  const { displayWidth: width, displayHeight: height } = frame;
  kept.push({ format: String(frame.format), width, height, layout, data });
  if (wanted.count > 0) return;
  postMessage({ type: 'kept', frames: kept } satisfies WatcherReport);
  kept = [];
}

self.onmessage = ({ data }: MessageEvent<WatcherRequest>) => {
  switch (data.type) {
    case 'know':
      landmark = data.landmark;
      return;
    case 'camera':
      void watchCamera(data.readable);
      return;
    case 'output':
      void watchOutput(data.readable);
      return;
    case 'keep':
      wanted = data;
      due = 0;
      return;
    case 'tell':
      postMessage({ type: 'told', camera, output } satisfies WatcherReport);
  }
};

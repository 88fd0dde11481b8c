import { type Landmark, shareOf } from '../raw-frames.js';
import type { CameraFrame, KeptFrame, ObserverReport, ObserverRequest, OutputFrame } from './messages.js';

// Reads every frame of the camera and of a library's output. It is a worker, so that a busy page does not delay it.

const camera: CameraFrame[] = [];
const output: OutputFrame[] = [];
let landmark: Landmark | undefined;
let wanted = { count: 0, interval: 0 };
let kept: KeptFrame[] = [];
/** When the next frame is kept. */
let due = 0;

const now = () => performance.timeOrigin + performance.now();

async function observeCamera(readable: ReadableStream<VideoFrame>): Promise<void> {
  for await (const frame of readable) {
    camera.push([frame.timestamp, now()]);
    frame.close();
  }
}

async function observeOutput(readable: ReadableStream<VideoFrame>): Promise<void> {
  for await (const frame of readable) {
    const arrived = now();
    const share = landmark ? shareOf(await lumaOf(frame, landmark), landmark) : 0;
    output.push([frame.timestamp, arrived, share]);
    if (wanted.count > 0 && arrived >= due) await keep(frame, arrived);
    frame.close();
  }
}

/** The luma of a part of a frame, which alone is copied. */
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
    // Green is close enough to luma, because only edges are compared.
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
  postMessage({ type: 'kept', frames: kept } satisfies ObserverReport);
  kept = [];
}

self.onmessage = ({ data }: MessageEvent<ObserverRequest>) => {
  switch (data.type) {
    case 'landmark':
      landmark = data.landmark;
      return;
    case 'camera':
      void observeCamera(data.readable);
      return;
    case 'output':
      void observeOutput(data.readable);
      return;
    case 'keep':
      wanted = data;
      due = 0;
      return;
    case 'report':
      postMessage({ type: 'record', camera, output } satisfies ObserverReport);
  }
};

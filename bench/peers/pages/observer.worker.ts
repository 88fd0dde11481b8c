import { type Landmark, type Rectangle, shareOf } from '../raw-frames.js';
import { readTimeCode } from '../time-code.js';
import type { CameraFrame, KeptFrame, ObserverReport, ObserverRequest, OutputFrame } from './messages.js';

// Reads every frame of the camera and of a library's output. It is a worker, so that a busy page does not delay it.

const camera: CameraFrame[] = [];
const output: OutputFrame[] = [];
let marks: { readonly landmark: Landmark; readonly timeCode: Rectangle } | undefined;
let wanted = { count: 0, interval: 0 };
let kept: KeptFrame[] = [];
/** When the next frame is kept. */
let due = 0;

const now = () => performance.timeOrigin + performance.now();

async function observeCamera(readable: ReadableStream<VideoFrame>): Promise<void> {
  for await (const frame of readable) {
    const arrived = now();
    camera.push([await numberOf(frame), arrived]);
    frame.close();
  }
}

async function observeOutput(readable: ReadableStream<VideoFrame>): Promise<void> {
  for await (const frame of readable) {
    const arrived = now();
    const share = marks ? shareOf(await lumaOf(frame, marks.landmark), marks.landmark) : 0;
    output.push([await numberOf(frame), arrived, share]);
    if (wanted.count > 0 && arrived >= due) await keep(frame, arrived);
    frame.close();
  }
}

/** The number of the camera's frame that a frame shows; -1 if it cannot be read. */
async function numberOf(frame: VideoFrame): Promise<number> {
  if (!marks) return -1;
  return readTimeCode(await lumaOf(frame, marks.timeCode), marks.timeCode) ?? -1;
}

/** The luma of a part of a frame, which alone is copied. */
async function lumaOf(frame: VideoFrame, { x, y, width, height }: Rectangle): Promise<Uint8Array> {
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
    // Green is close enough to luma: only edges are compared, and a time code is grey.
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
    case 'marks':
      marks = data;
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

import {
  BufferTarget,
  CanvasSource,
  getFirstEncodableVideoCodec,
  Mp4OutputFormat,
  Output,
  WebMOutputFormat,
} from 'mediabunny';
import { sheet } from './brush/sheet.js';
import { type DrawnBackground, prepare } from './drawn-background.js';

/** Frames per second. All motion is slow. */
const RATE = 15;
/** Bits per second and pixel: soft images need few. */
const BITS = 2.4;

/**
 * Encodes an animated background as a video that repeats seamlessly.
 *
 * @param background - An animated background.
 * @param width - In pixels, even.
 * @param height - In pixels, even.
 * @returns MP4 or WebM, whichever this browser can encode.
 */
export async function encodeLoop(background: DrawnBackground, width: number, height: number): Promise<Blob> {
  const bitrate = Math.round(width * height * BITS);
  // H.264 first: most machines decode it in hardware, which matters because the video loops.
  const codec = await getFirstEncodableVideoCodec(['avc', 'vp9', 'vp8'], { width, height, bitrate });
  if (!codec) throw new Error('This browser cannot encode videos.');
  const format = codec === 'avc' ? new Mp4OutputFormat({ fastStart: 'in-memory' }) : new WebMOutputFormat();
  const target = new BufferTarget();
  const output = new Output({ format, target });
  const context = sheet(width, height);
  const source = new CanvasSource(context.canvas, { codec, bitrate, keyFrameInterval: 4 });
  output.addVideoTrack(source, { frameRate: RATE });
  await output.start();
  const paint = prepare(background, width, height);
  const frames = Math.round((background.loop ?? 1) * RATE);
  for (let frame = 0; frame < frames; frame++) {
    paint(context, frame / RATE);
    await source.add(frame / RATE, 1 / RATE);
  }
  await output.finalize();
  if (!target.buffer) throw new Error('The encoded video is empty.');
  return new Blob([target.buffer], { type: format.mimeType });
}

import { type ConvertOptions, convertVideo } from '@elsewhere/web';
import {
  ALL_FORMATS,
  AttachedFile,
  BlobSource,
  BufferTarget,
  Conversion,
  EncodedPacket,
  EncodedVideoPacketSource,
  Input,
  type MetadataTags,
  MkvOutputFormat,
  MovOutputFormat,
  Mp4OutputFormat,
  Output,
  VideoSampleSink,
  WebMOutputFormat,
} from 'mediabunny';
import { inspect, type Rgb, type Seen } from './inspect.js';
import { until, wait } from './tracks.js';

/** The colour that people are put before. */
const GREEN: Rgb = [0, 177, 64];

/** A background of that colour, with the assets of the test server. */
const options: ConvertOptions = {
  assets: '/assets/',
  background: { type: 'color', color: `rgb(${GREEN.join(' ')})` },
};

/** Fetches a file of the test. */
async function fetchFile(url: string): Promise<Blob> {
  return (await fetch(url)).blob();
}

/** Decodes all frames of a file and inspects each. */
async function look(file: Blob): Promise<Seen[]> {
  const input = new Input({ formats: ALL_FORMATS, source: new BlobSource(file) });
  const track = await input.getPrimaryVideoTrack();
  if (!track) throw new Error('A file without video');
  const seen: Seen[] = [];
  for await (const sample of new VideoSampleSink(track).samples()) {
    const frame = sample.toVideoFrame();
    seen.push(await inspect(frame, GREEN));
    frame.close();
    sample.close();
  }
  input.dispose();
  return seen;
}

const CONTAINERS = {
  mp4: Mp4OutputFormat,
  mov: MovOutputFormat,
  mkv: MkvOutputFormat,
  webm: WebMOutputFormat,
} as const;

/** Copies a file into a container, with a picture in all places that it has for one, and with a location. */
async function hidePicture(
  file: Blob,
  container: keyof typeof CONTAINERS,
  picture: Uint8Array,
): Promise<Blob> {
  const target = new BufferTarget();
  const output = new Output({ format: new CONTAINERS[container](), target });
  const mimeType = 'image/jpeg';
  const tags: MetadataTags = {
    title: 'A talk',
    images: [{ data: picture, mimeType, kind: 'coverFront' }],
    raw: {
      '17': new AttachedFile(picture, 'application/octet-stream', 'notes.bin'),
      'cover art': picture,
      cvr1: picture,
      '©xyz': '+48.1374+011.5755/',
      LOCATION: '+48.1374+011.5755/',
    },
  };
  const input = new Input({ formats: ALL_FORMATS, source: new BlobSource(file) });
  await (await Conversion.init({ input, output, tags })).execute();
  return new Blob([target.buffer ?? new ArrayBuffer(0)]);
}

/** How many runs of 12 bytes of some bytes are in a file. */
async function countRuns(file: Blob, bytes: Uint8Array): Promise<number> {
  const LENGTH = 12;
  const textOf = (all: Uint8Array, at: number) => all.subarray(at, at + LENGTH).join();
  const runs = new Set(Array.from({ length: bytes.length - LENGTH + 1 }, (_, at) => textOf(bytes, at)));
  const all = new Uint8Array(await file.arrayBuffer());
  let count = 0;
  for (let at = 0; at + LENGTH <= all.length; at++) if (runs.has(textOf(all, at))) count++;
  return count;
}

/** A video of white discs on blue whose frames have these sizes, ten frames a second. Each size begins with a key frame. */
async function drawDiscs(sizes: readonly (readonly [width: number, height: number])[]): Promise<Blob> {
  const target = new BufferTarget();
  const output = new Output({ format: new WebMOutputFormat(), target });
  const source = new EncodedVideoPacketSource('vp9');
  output.addVideoTrack(source);
  await output.start();
  let first: EncodedVideoChunkMetadata | undefined;
  for (const [index, [width, height]] of sizes.entries()) {
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext('2d');
    if (!context) throw new Error('No canvas');
    context.fillStyle = 'rgb(0 0 200)';
    context.fillRect(0, 0, width, height);
    context.fillStyle = 'white';
    context.arc(width / 2, height / 2, Math.min(width, height) / 4, 0, 7);
    context.fill();
    // An encoder of its own for each: one has one size.
    const encoded = new Promise<EncodedVideoChunk>((resolve, reject) => {
      const encoder = new VideoEncoder({
        output: (chunk, meta) => {
          first ??= meta;
          resolve(chunk);
        },
        error: reject,
      });
      encoder.configure({ codec: 'vp09.00.10.08', width, height, bitrate: 2e6 });
      const frame = new VideoFrame(canvas, { timestamp: index * 1e5, duration: 1e5 });
      encoder.encode(frame, { keyFrame: true });
      frame.close();
      encoder.flush().then(() => encoder.close(), reject);
    });
    await source.add(EncodedPacket.fromEncodedChunk(await encoded), first);
  }
  await output.finalize();
  return new Blob([target.buffer ?? new ArrayBuffer(0)]);
}

/** The pixels of all frames of a file, as displayed. */
async function pixelsOf(file: Blob): Promise<{ width: number; height: number; rgba: Uint8ClampedArray }[]> {
  const input = new Input({ formats: ALL_FORMATS, source: new BlobSource(file) });
  const track = await input.getPrimaryVideoTrack();
  if (!track) throw new Error('A file without video');
  const all = [];
  for await (const sample of new VideoSampleSink(track).samples()) {
    const [width, height] = [sample.displayWidth, sample.displayHeight];
    const context = new OffscreenCanvas(width, height).getContext('2d');
    if (!context) throw new Error('No canvas');
    sample.draw(context, 0, 0, width, height);
    sample.close();
    all.push({ width, height, rgba: context.getImageData(0, 0, width, height).data });
  }
  input.dispose();
  return all;
}

/** The rectangle of the white pixels of an image: left, top, width and height. */
function discOf({ width, rgba }: { width: number; rgba: Uint8ClampedArray }): number[] {
  const at = Array.from({ length: rgba.length / 4 }, (_, i) => i).filter((i) => (rgba[4 * i] ?? 0) > 128);
  const columns = at.map((i) => i % width);
  const rows = at.map((i) => Math.floor(i / width));
  const [left, top] = [Math.min(...columns), Math.min(...rows)];
  return [left, top, Math.max(...columns) - left + 1, Math.max(...rows) - top + 1];
}

/** The code of the error with which something ends. */
async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'none',
    (error) => String(error?.code),
  );
}

/** Gives a file to the test. */
async function upload(name: string, file: Blob): Promise<void> {
  await fetch(`/uploads/${name}`, { method: 'POST', body: file });
}

/** A file of the origin's private file system with some old contents. */
async function openPrivateFile(name: string): Promise<FileSystemFileHandle> {
  const root = await navigator.storage.getDirectory();
  const handle = await root.getFileHandle(name, { create: true });
  const file = await handle.createWritable();
  await file.write('old');
  await file.close();
  return handle;
}

const lab = {
  convertVideo,
  options,
  fetchFile,
  look,
  hidePicture,
  countRuns,
  drawDiscs,
  pixelsOf,
  discOf,
  codeOf,
  upload,
  openPrivateFile,
  until,
  wait,
};

/** What the tests of conversions work with. */
export type ConvertLab = typeof lab;

Object.assign(globalThis, { lab });

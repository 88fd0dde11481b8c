import { type ConvertOptions, convertVideo } from '@elsewhere/web';
import { ALL_FORMATS, BlobSource, Input, VideoSampleSink } from 'mediabunny';
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

const lab = { convertVideo, options, fetchFile, look, codeOf, upload, openPrivateFile, until, wait };

/** What the tests of conversions work with. */
export type ConvertLab = typeof lab;

Object.assign(globalThis, { lab });

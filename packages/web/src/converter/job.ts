import type { Pipeline } from '@elsewhere/engine';
import { assertBackground } from '@elsewhere/engine/internal';
import { type VideoSample, VideoSampleSink } from 'mediabunny';
import { loadEngine } from '../engine/load.js';
import { WebError } from '../errors.js';
import { type OpenBackground, openBackground } from '../media/background.js';
import { openVideo } from '../media/video.js';
import { type AudioCopy, addAudio } from './audio.js';
import { asMediaError, assertWhole, type MediaFile, openMedia } from './input.js';
import type { ConvertProgress, ConvertResult } from './options.js';
import { chooseFormat, openDestination } from './output.js';
import type { Job } from './protocol.js';
import { SampleReader } from './sample-reader.js';
import { VideoWriter } from './video-writer.js';

/** How often progress is told, in milliseconds. */
const REPORT_INTERVAL = 250;

/**
 * Converts a file, here and now.
 *
 * @param job - What to do.
 * @param signal - TrackPorts it.
 * @param onProgress - Hears how far it is.
 * @throws WebError, EngineError or the signal's reason; nothing is left then.
 */
export async function convert(
  { file, engine, background: sent, output: handle, ...options }: Job,
  signal: AbortSignal,
  onProgress: (progress: ConvertProgress) => void,
): Promise<ConvertResult> {
  const media = await openMedia(file);
  let opened: OpenBackground | undefined;
  let pipeline: Pipeline | undefined;
  try {
    opened = await openBackground(sent, async () => ({ openVideo }));
    const { background } = opened;
    assertBackground(background);
    const { createPipeline } = await loadEngine(engine);
    ({ pipeline } = await createPipeline({ ...options, background }));
    signal.throwIfAborted();
    const hasAlpha = background.type === 'transparent';
    return await write({ media, pipeline, hasAlpha, handle, signal, onProgress });
  } finally {
    pipeline?.dispose();
    opened?.dispose();
    media.input.dispose();
  }
}

/** What {@link write} needs. */
interface Work {
  readonly media: MediaFile;
  readonly pipeline: Pipeline;
  readonly hasAlpha: boolean;
  readonly handle: FileSystemFileHandle | undefined;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: ConvertProgress) => void;
}

async function write({
  media,
  pipeline,
  hasAlpha,
  handle,
  signal,
  onProgress,
}: Work): Promise<ConvertResult> {
  const format = await chooseFormat(media, hasAlpha);
  const { output, finish, abort } = await openDestination(handle, format);
  try {
    output.setMetadataTags(await media.input.getMetadataTags());
    const video = await VideoWriter.create(media, output, hasAlpha);
    const warnings = [...media.warnings];
    const sounds: AudioCopy[] = [];
    for (const track of media.audio) {
      const sound = await addAudio(track, output, warnings);
      if (sound) sounds.push(sound);
    }
    await output.start();
    // What fails ends the others, too.
    const failed = new AbortController();
    const either = AbortSignal.any([signal, failed.signal]);
    const parts = [
      convertFrames(media, pipeline, video, either, onProgress),
      ...sounds.map((sound) => sound(either)),
    ].map((part) =>
      part.catch((error) => {
        failed.abort(error);
        throw error;
      }),
    );
    const [frames = 0] = (await Promise.all(parts)) as [number];
    const mimeType = await output.getMimeType();
    await output.finalize();
    return { blob: finish(mimeType), mimeType, ...video.shown, frames, warnings };
  } catch (error) {
    // In this order: what is cancelled closes its file.
    await abort();
    await output.cancel().catch(() => {});
    throw error;
  }
}

/** Takes each picture through the pipeline. */
async function convertFrames(
  { video, start, end }: MediaFile,
  pipeline: Pipeline,
  writer: VideoWriter,
  signal: AbortSignal,
  onProgress: (progress: ConvertProgress) => void,
): Promise<number> {
  const reader = new SampleReader();
  let [frames, seconds, told] = [0, 0, 0];
  // Pictures before the beginning are there to be decoded, not to be shown.
  for await (const sample of decode(new VideoSampleSink(video).samples(Math.max(0, start)))) {
    try {
      signal.throwIfAborted();
      const frame = await reader.read(sample).catch((cause) => {
        throw asMediaError(cause);
      });
      const outcome = await pipeline.process(frame, sample.microsecondTimestamp);
      if (outcome.error) throw outcome.error;
      await writer.add(outcome.frame, sample);
      frames++;
      seconds = sample.timestamp + sample.duration;
    } finally {
      sample.close();
    }
    const now = performance.now();
    if (now - told < REPORT_INTERVAL) continue;
    told = now;
    onProgress({ frames, seconds, totalSeconds: end });
  }
  if (frames === 0)
    throw new WebError('MEDIA_UNREADABLE', 'None of the pictures in the file can be decoded.');
  assertWhole(seconds, end);
  await writer.finish();
  onProgress({ frames, seconds, totalSeconds: end });
  return frames;
}

/** The samples of a video; errors are about the file. */
async function* decode(samples: AsyncIterable<VideoSample>): AsyncGenerator<VideoSample> {
  try {
    yield* samples;
  } catch (error) {
    throw asMediaError(error);
  }
}

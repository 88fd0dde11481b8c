import type { ConversionWarning, Pipeline } from '@elsewhere/engine';
import {
  assertBackground,
  assertOptions,
  CONVERSION_OPTIONS,
  nobodyFound,
  usesRegions,
} from '@elsewhere/engine/internal';
import { loadEngine } from '../engine/load.js';
import { type OpenBackground, openBackground } from '../media/background.js';
import { openVideo } from '../media/video.js';
import { type AudioCopy, addAudio } from './audio.js';
import { asMediaError, type MediaFile, openMedia } from './input.js';
import { keepMetadata } from './metadata.js';
import type { ConvertOptions, ConvertReport } from './options.js';
import { chooseFormat, openDestination } from './output.js';
import { framesOf, noFrames, type Part, partOf } from './part.js';
import type { Job } from './protocol.js';
import { SampleReader } from './sample-reader.js';
import { SteadyClock, type TrackClock } from './steady-clock.js';
import { VideoClock } from './video-clock.js';
import { VideoWriter } from './video-writer.js';

/** How often progress is reported, in milliseconds. */
const REPORT_INTERVAL = 250;

/** How a conversion is followed, aborted and stopped. */
type Control = Required<Pick<ConvertOptions, 'signal' | 'stop' | 'onProgress'>>;

/**
 * Converts a file in this thread.
 *
 * @throws WebError, EngineError or the signal's reason; the output keeps its old contents then.
 */
export async function convert(
  { input, engine, background: sent, output: handle, options }: Job,
  control: Control,
): Promise<ConvertReport> {
  assertOptions(CONVERSION_OPTIONS, { ...options });
  const media = await openMedia(input);
  let opened: OpenBackground | undefined;
  let pipeline: Pipeline | undefined;
  try {
    opened = await openBackground(sent, async () => ({ openVideo }));
    const { background } = opened;
    assertBackground(background);
    const { createPipeline } = await loadEngine(engine);
    const { quality = CONVERSION_OPTIONS.quality.default } = options;
    const loaded = await createPipeline({ ...options, quality, background, search: 'thorough' });
    ({ pipeline } = loaded);
    if (usesRegions(quality)) await loaded.closer?.prepare();
    control.signal.throwIfAborted();
    const part = partOf(media, options);
    const hasAlpha = background.type === 'transparent';
    const keepsLocation = options.keepLocation ?? false;
    return await write({ media, part, pipeline, hasAlpha, keepsLocation, handle, control });
  } finally {
    pipeline?.dispose();
    opened?.dispose();
    media.dispose();
  }
}

/** What {@link write} needs. */
interface Work {
  readonly media: MediaFile;
  readonly part: Part;
  readonly pipeline: Pipeline;
  readonly hasAlpha: boolean;
  readonly keepsLocation: boolean;
  readonly handle: FileSystemFileHandle | undefined;
  readonly control: Control;
}

async function write({
  media,
  part,
  pipeline,
  hasAlpha,
  keepsLocation,
  handle,
  control,
}: Work): Promise<ConvertReport> {
  const format = chooseFormat(media, hasAlpha);
  const { output, finish, abort } = await openDestination(handle, format);
  try {
    const metadata = keepMetadata(media.tags, keepsLocation);
    output.setMetadataTags(metadata.tags);
    const video = await VideoWriter.create(media, output, hasAlpha);
    const warnings: ConversionWarning[] = [...media.warnings, ...metadata.warnings];
    const audio: AudioCopy[] = [];
    for (const track of media.audio) {
      const copy = await addAudio(track, output, warnings);
      if (copy) audio.push(copy);
    }
    await output.start();
    // A track that fails ends the others, too.
    const failed = new AbortController();
    const signal = AbortSignal.any([control.signal, failed.signal]);
    const clock = new VideoClock();
    const steady = new SteadyClock();
    const tracks = [
      convertFrames({
        media,
        part,
        pipeline,
        video,
        clock,
        steady: steady.track(),
        control: { ...control, signal },
      }),
      ...audio.map((copy) => copy(part, clock, steady.track(), signal)),
    ].map((track) =>
      track.catch((error) => {
        failed.abort(error);
        throw error;
      }),
    );
    const [{ emptySeconds, ...written }] = (await Promise.all(tracks)) as [Written];
    if (steady.jumps > 0) {
      const times = steady.jumps === 1 ? 'once' : `${steady.jumps} times`;
      const message = `The recording's clock jumps ${times}, as where recordings were joined: what follows was put behind what comes before.`;
      warnings.push({ code: 'CLOCK_JUMPED', message });
    }
    const nobody = nobodyFound(emptySeconds, written.seconds);
    if (nobody) warnings.push(nobody);
    const mimeType = await output.getMimeType();
    await output.finalize();
    return {
      blob: finish(mimeType),
      mimeType,
      ...video.shown,
      ...written,
      ...(nobody && { emptySeconds }),
      warnings,
    };
  } catch (error) {
    // In this order: cancelling the output closes its file.
    await abort();
    await output.cancel().catch(() => {});
    throw error;
  }
}

/** What was written of the video track. */
type Written = Pick<ConvertReport, 'frames' | 'seconds'> & {
  /** For how long nobody was found. */
  readonly emptySeconds: number;
};

/** What {@link convertFrames} needs. */
interface VideoWork extends Pick<Work, 'media' | 'part' | 'pipeline' | 'control'> {
  readonly video: VideoWriter;
  readonly clock: VideoClock;
  readonly steady: TrackClock;
}

/** Processes each frame and writes the result. */
async function convertFrames({
  media,
  part,
  pipeline,
  video,
  clock,
  steady,
  control: { signal, stop, onProgress },
}: VideoWork): Promise<Written> {
  const { seconds: totalSeconds } = part;
  const reader = new SampleReader();
  let [frames, seconds, emptySeconds, reported] = [0, 0, 0, 0];
  try {
    for await (const sample of framesOf(media, part, steady)) {
      try {
        signal.throwIfAborted();
        const frame = await reader.read(sample).catch((cause) => {
          throw asMediaError(cause);
        });
        const { emptyFrames } = pipeline.statistics;
        const outcome = await pipeline.process(frame, sample.microsecondTimestamp);
        if (outcome.error) throw outcome.error;
        if (pipeline.statistics.emptyFrames > emptyFrames) emptySeconds += sample.duration;
        await video.add(outcome.frame, sample);
        frames++;
        seconds = sample.timestamp + sample.duration;
        clock.advance(seconds);
      } finally {
        sample.close();
      }
      if (stop.aborted) break;
      const now = performance.now();
      if (now - reported < REPORT_INTERVAL) continue;
      reported = now;
      onProgress({ frames, seconds, totalSeconds });
    }
    if (frames === 0) throw noFrames(media, part);
  } finally {
    clock.end(stop.aborted ? seconds : Number.POSITIVE_INFINITY);
  }
  await video.finish();
  onProgress({ frames, seconds, totalSeconds });
  return { frames, seconds, emptySeconds };
}

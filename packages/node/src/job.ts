import type { Pipeline, Quality, Statistics } from '@elsewhere/engine';
import { openBackground } from './background.js';
import type { Progress, Report } from './convert.js';
import { MediaError } from './errors.js';
import { silence } from './media/ffmpeg.js';
import { isStill, parseSource } from './media/source.js';
import { type TranscodeResult, Transcoder } from './media/transcode.js';
import { FLAG, type Job } from './messages.js';
import { createPipeline } from './pipeline.js';

/**
 * Does one conversion in this thread.
 *
 * @param job - What to do.
 * @param onProgress - Called about four times a second.
 * @returns What was done.
 */
export async function runJob(job: Job, onProgress: (progress: Progress) => void): Promise<Report> {
  silence();
  const began = performance.now();
  const poll = () => {
    if (Atomics.load(job.flags, FLAG.cancel))
      throw new MediaError('CANCELLED', 'The conversion was cancelled.');
    return Atomics.load(job.flags, FLAG.stop) ? 'stop' : 'go';
  };
  const report = (result: TranscodeResult, statistics: Statistics): Report => ({
    input: job.input,
    output: job.output,
    ...result,
    elapsedSeconds: (performance.now() - began) / 1000,
    statistics: copyStatistics(statistics),
  });
  const source = parseSource(job.input);
  if (source.kind === 'file' && isStill(source.path)) {
    const { checkPictureOutput, convertPicture } = await import('./media/picture.js');
    checkPictureOutput(job.output, job.options);
    return withPipeline(job, 'best', async (pipeline) => {
      poll();
      return report(await convertPicture(job, pipeline), pipeline.statistics);
    });
  }
  if (isStill(job.output)) {
    throw new MediaError(
      'OUTPUT_UNSUPPORTED',
      `${job.output} is to be a picture, but the input is a video: use .mp4, for example.`,
    );
  }
  const transcoder = new Transcoder({ ...job, poll, onProgress });
  try {
    return await withPipeline(job, 'balanced', async (pipeline) => {
      poll();
      return report(await transcoder.run(pipeline), pipeline.statistics);
    });
  } finally {
    transcoder.dispose();
  }
}

function copyStatistics({ frames, placeholders, resets, milliseconds }: Statistics): Statistics {
  return { frames, placeholders, resets, milliseconds: { ...milliseconds } };
}

async function withPipeline<T>(
  job: Job,
  quality: Quality,
  use: (pipeline: Pipeline) => Promise<T>,
): Promise<T> {
  const { background, dispose } = await openBackground(job.options.background ?? { type: 'blur' });
  try {
    const pipeline = await createPipeline({ quality, ...job.options, background });
    try {
      return await use(pipeline);
    } finally {
      pipeline.dispose();
    }
  } finally {
    dispose();
  }
}

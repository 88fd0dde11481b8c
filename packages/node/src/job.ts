import {
  type Backend,
  type Background,
  EngineError,
  type Pipeline,
  type Quality,
  type Statistics,
} from '@elsewhere/engine';
import { openBackground } from './background.js';
import type { Progress, Report } from './convert.js';
import { MediaError } from './errors.js';
import { obstacleToGpu } from './gpu/suits.js';
import { GpuWay } from './gpu/way.js';
import { silence } from './media/ffmpeg.js';
import { isStill, parseSource } from './media/source.js';
import { type TranscodeResult, Transcoder } from './media/transcode.js';
import { FLAG, type Job } from './messages.js';
import { createPipeline, type PipelineSettings } from './pipeline.js';
import { Processor } from './processor.js';

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
  const report = (result: TranscodeResult, backend: Backend, statistics: Statistics): Report => ({
    input: job.input,
    output: job.output,
    ...result,
    elapsedSeconds: (performance.now() - began) / 1000,
    backend,
    statistics: copyStatistics(statistics),
  });
  const { backend = 'auto' } = job.options;
  const source = parseSource(job.input);
  if (source.kind === 'file' && isStill(source.path)) {
    const { checkPictureOutput, convertPicture } = await import('./media/picture.js');
    checkPictureOutput(job.output, job.options);
    if (backend === 'gpu') throw optionInvalid('Pictures are for the CPU: the GPU converts videos.');
    return withPipeline(job, 'highest', async (pipeline) => {
      poll();
      return report(await convertPicture(job, pipeline), 'cpu', pipeline.statistics);
    });
  }
  if (isStill(job.output)) {
    throw new MediaError(
      'OUTPUT_UNSUPPORTED',
      `${job.output} is to be a picture, but the input is a video: use .mp4, for example.`,
    );
  }
  const obstacle = obstacleToGpu(job.options);
  if (obstacle !== undefined && backend === 'gpu') throw optionInvalid(obstacle);
  const choice = obstacle === undefined ? backend : 'cpu';
  const transcoder = new Transcoder({ ...job, poll, onProgress });
  try {
    return await withPipeline(job, 'medium', async (cpu, settings) => {
      poll();
      const openGpu = () => {
        Atomics.store(job.flags, FLAG.gpu, 1);
        return GpuWay.open(settings, (device) => choice === 'gpu' || !isSoftware(device));
      };
      const processor = await Processor.create({ cpu, choice, openGpu });
      try {
        const result = await transcoder.run(processor);
        const warnings = [...result.warnings, ...processor.warnings];
        return report({ ...result, warnings }, processor.backend, processor.statistics);
      } finally {
        processor.dispose();
      }
    });
  } finally {
    transcoder.dispose();
  }
}

function copyStatistics({ frames, placeholders, resets, milliseconds }: Statistics): Statistics {
  return { frames, placeholders, resets, milliseconds: { ...milliseconds } };
}

function optionInvalid(why: string): EngineError {
  return new EngineError('OPTION_INVALID', why);
}

/** A driver that runs on the processor takes from the CPU's way what it needs itself. */
function isSoftware({ adapterInfo }: GPUDevice): boolean {
  return adapterInfo.isFallbackAdapter;
}

/** Settings with a background that is open. */
type ReadySettings = PipelineSettings & { readonly background: Background };

async function withPipeline<T>(
  job: Job,
  quality: Quality,
  use: (pipeline: Pipeline, settings: ReadySettings) => Promise<T>,
): Promise<T> {
  const { background, dispose } = await openBackground(job.options.background ?? { type: 'blur' });
  try {
    const settings = { quality, ...job.options, background };
    const pipeline = await createPipeline(settings);
    try {
      return await use(pipeline, settings);
    } finally {
      pipeline.dispose();
    }
  } finally {
    dispose();
  }
}

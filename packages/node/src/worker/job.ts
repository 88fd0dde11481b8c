import {
  type Backend,
  type ConversionProgress,
  EngineError,
  type Pipeline,
  type Quality,
  type Statistics,
} from '@elsewhere/engine';
import { CONVERSION_OPTIONS } from '@elsewhere/engine/internal';
import { openBackground } from '../background.js';
import { MediaError } from '../errors.js';
import { obstacleToGpu } from '../gpu/obstacle.js';
import { silence } from '../media/ffmpeg.js';
import { fileFormat } from '../media/input/file-format.js';
import { Reader } from '../media/input/reader.js';
import { isCamera, isImageName } from '../media/input/source.js';
import type { Size } from '../media/stills/image-size.js';
import { type TranscodeResult, Transcoder } from '../media/transcode.js';
import type { NodePipelineOptions } from '../options.js';
import { createPipeline } from '../pipeline.js';
import type { ConvertReport } from '../report.js';
import { Processor } from './processor.js';
import { FLAG, type Job } from './protocol.js';

/**
 * Runs one conversion in this thread.
 *
 * @param onProgress - Called about four times a second, and once more after the last frame.
 */
export async function runJob(
  job: Job,
  onProgress: (progress: ConversionProgress) => void,
): Promise<ConvertReport> {
  silence();
  const began = performance.now();
  const poll = () => {
    if (Atomics.load(job.flags, FLAG.cancel)) throw new Error('The conversion was aborted.');
    return Atomics.load(job.flags, FLAG.stop) ? 'stop' : 'go';
  };
  const report = (result: TranscodeResult, backend: Backend, statistics: Statistics): ConvertReport => ({
    input: job.input,
    output: job.output,
    ...result,
    elapsedSeconds: (performance.now() - began) / 1000,
    backend,
    statistics: copyStatistics(statistics),
  });
  const { backend = 'auto' } = job.settings;
  const { input } = job;
  const found = typeof input === 'string' ? fileFormat(input) : undefined;
  if (typeof input === 'string' && found?.kind === 'image') {
    const { checkStillOutput, convertStill, readStill } = await import('../media/stills/convert-still.js');
    checkStillOutput(job.output, job.settings);
    if (backend === 'gpu')
      throw optionInvalid('The GPU backend supports videos only: use the CPU for still images.');
    const still = await readStill(input, found.name);
    return withPipeline(job, 'highest', still, async (pipeline) => {
      poll();
      const result = await convertStill({ ...job, input }, still, pipeline);
      onProgress({ frames: 1, seconds: 0, totalSeconds: 0 });
      return report(result, 'cpu', pipeline.statistics);
    });
  }
  if (isImageName(job.output)) {
    // What is wrong with the input comes first.
    Reader.open(input).close();
    throw new MediaError(
      'OUTPUT_UNSUPPORTED',
      `${job.output} is an image file, but the input is a video or an animation: use a video file, such as .mp4.`,
    );
  }
  const obstacle = obstacleToGpu(job.settings);
  if (obstacle !== undefined && backend === 'gpu') throw optionInvalid(obstacle);
  const choice = obstacle === undefined ? backend : 'cpu';
  const transcoder = new Transcoder({ ...job, poll, onProgress });
  try {
    return await withPipeline(
      job,
      CONVERSION_OPTIONS.quality.default,
      transcoder.frameSize,
      async (cpu, options) => {
        poll();
        const openGpu = async () => {
          Atomics.store(job.flags, FLAG.gpu, 1);
          const { DawnBackend } = await import('../gpu/backend.js');
          // A software driver competes with the CPU backend for the same cores.
          return DawnBackend.open(options, choice === 'gpu');
        };
        const processor = await Processor.create({ cpu, choice, openGpu });
        try {
          const result = await transcoder.run(processor);
          const warnings = [...result.warnings, ...processor.warnings];
          return report({ ...result, warnings }, processor.backend, processor.statistics);
        } finally {
          processor.dispose();
        }
      },
    );
  } finally {
    transcoder.dispose();
  }
}

function copyStatistics(statistics: Statistics): Statistics {
  const { frames, placeholders, emptyFrames, resets, milliseconds } = statistics;
  return { frames, placeholders, emptyFrames, resets, milliseconds: { ...milliseconds } };
}

function optionInvalid(why: string): EngineError {
  return new EngineError('OPTION_INVALID', why);
}

async function withPipeline<T>(
  { input, settings }: Job,
  defaultQuality: Quality,
  frame: Size,
  use: (pipeline: Pipeline, options: NodePipelineOptions) => Promise<T>,
): Promise<T> {
  const { background, dispose } = await openBackground(settings.background ?? { type: 'blur' }, frame);
  try {
    const quality = settings.quality ?? defaultQuality;
    // A camera's frames have to be in time.
    const search = isCamera(input) ? 'sparse' : 'thorough';
    const options = { ...settings, quality, background, search } as const;
    const pipeline = await createPipeline(options);
    try {
      return await use(pipeline, options);
    } finally {
      pipeline.dispose();
    }
  } finally {
    dispose();
  }
}

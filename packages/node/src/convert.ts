import { rmSync } from 'node:fs';
import { link, rename, unlink } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import type { Backend, BackendChoice, Background, Statistics } from '@elsewhere/engine';
import { MediaError } from './errors.js';
import { isVideoDevice, parseSource } from './media/source.js';
import { FLAG, fromPlain, type Job, type WorkerInput, type WorkerMessage } from './messages.js';
import { compiledModules, shareModules } from './modules.js';
import { checkInput, checkOutput, type Target } from './paths.js';
import type { PipelineSettings } from './pipeline.js';

/** How a file is converted. */
export interface ConvertOptions extends PipelineSettings {
  /** The new background. Pictures and videos are named by their paths. Default `{ type: 'blur' }`. */
  readonly background?: Background<string, string>;
  /**
   * What computes: `cpu`, `gpu`, or `auto` (default), which tries the GPU on some frames, where there is one, and takes what is
   * cheaper. The GPU needs the package `webgpu`, and works on videos with the default model, soft edges and the stage
   * `composite`; everything else is the CPU's.
   */
  readonly backend?: BackendChoice;
  /** Seconds into the input at which to begin. Default 0. */
  readonly start?: number;
  /** Seconds to convert. Default: to the end. */
  readonly duration?: number;
  /** The video encoder. Default by the output's extension; see {@link Codec}. */
  readonly codec?: Codec;
  /** Constant rate factor of the encoder: smaller is better and larger. Default by codec (h264: 20). */
  readonly crf?: number;
  /** Speed preset of the encoder. Default by codec (h264: `veryfast`). */
  readonly preset?: string;
  /** Replace an output that is there already. Default `false`. */
  readonly overwrite?: boolean;
}

/** Video encoders. `prores` is ProRes 4444, with alpha. */
export type Codec = 'h264' | 'hevc' | 'vp8' | 'vp9' | 'av1' | 'prores' | 'ffv1';

/** How far a conversion is. */
export interface Progress {
  /** Frames written so far. */
  readonly frames: number;
  /** Seconds of the input that are done. */
  readonly seconds: number;
  /** Seconds that there are in all, as far as known: absent for cameras. */
  readonly totalSeconds?: number;
}

/** What a conversion did. */
export interface Report {
  /** The input as it was given. */
  readonly input: string;
  /** The path of the file that was written. */
  readonly output: string;
  /** Size of the output in pixels, as stored (before rotation). */
  readonly width: number;
  /** Size of the output in pixels, as stored (before rotation). */
  readonly height: number;
  /** Frames written. */
  readonly frames: number;
  /** Wall-clock seconds that it took. */
  readonly elapsedSeconds: number;
  /** Sentences about what is not as the caller may expect: a damaged input, HDR made SDR, subtitles that did not fit. */
  readonly warnings: readonly string[];
  /** Set when the input was damaged or cut off: seconds that were lost (expected less written), as far as known. */
  readonly lostSeconds?: number;
  /** What computed, in the end: see {@link ConvertOptions.backend}. */
  readonly backend: Backend;
  /** What the pipeline measured. */
  readonly statistics: Statistics;
}

/** How the caller follows and stops a conversion. */
export interface ConvertControl {
  /** Called about four times a second. */
  readonly onProgress?: (progress: Progress) => void;
  /** Aborts the conversion: rejects with `CANCELLED`, nothing is left under the final name. */
  readonly signal?: AbortSignal;
  /** Ends the conversion at the frame that it has reached and completes the file: how a camera's recording ends. */
  readonly stop?: AbortSignal;
}

/** How long a thread may take to give up by itself before it is ended, in milliseconds. */
const PATIENCE = 600;

/**
 * How much longer the caller waits for its end: a slow encoder cannot be interrupted and ends later, unheard. Where there is a
 * GPU, the caller waits to the end: whatever is compiled for it cannot be interrupted either, but takes seconds at most.
 */
const LAST_PATIENCE = 300;

/**
 * Puts another background into a video, a picture or a camera's stream and writes the result, audio untouched.
 * Works in a thread of its own; several may run at once.
 *
 * @param input - A file's path, `camera` or `camera:/dev/videoN`, or `lavfi:GRAPH` for a video that FFmpeg generates.
 * @param output - The path to write. Its extension says the kind of file; `/dev/videoN` is a virtual camera. It is
 * written under another name beside it and has its own name only once it is complete.
 * @param options - What to do. By default the background is blurred.
 * @param control - How to follow and stop it.
 * @returns What was done.
 * @throws {@link MediaError} about the files, `EngineError` about the model and the frames; `GPU_UNAVAILABLE` or `OPTION_INVALID` if
 * `backend` is `gpu` and there is none, or the options are not for it.
 */
export async function convert(
  input: string,
  output: string,
  options: ConvertOptions = {},
  control: ConvertControl = {},
): Promise<Report> {
  if (control.signal?.aborted) throw cancelled();
  const source = parseSource(input);
  if (source.kind === 'file') await checkInput(source.path);
  const target: Target = isVideoDevice(output)
    ? { path: output, part: output }
    : await checkOutput(output, {
        overwrite: options.overwrite ?? false,
        input: source.kind === 'file' ? source.path : undefined,
      });
  const { path, part } = target;
  const job = { input, output, part, options, flags: newFlags() };
  // A device or a pipe is written as it is.
  if (part === path) return work(job, control);
  // A process that is ended at once has no time for what is awaited.
  const removePart = () => rmSync(part, { force: true });
  process.on('exit', removePart);
  try {
    const report = await work(job, control);
    await publish(target, output, options.overwrite ?? false);
    return report;
  } finally {
    await unlink(part).catch(() => {});
    process.off('exit', removePart);
  }
}

function newFlags(): Int32Array {
  return new Int32Array(new SharedArrayBuffer(4 * Object.keys(FLAG).length));
}

function cancelled(): MediaError {
  return new MediaError('CANCELLED', 'The conversion was cancelled.');
}

/** Runs a job in a thread of its own, which is gone when this settles (see {@link LAST_PATIENCE}). */
async function work(job: Job, { onProgress, signal, stop }: ConvertControl): Promise<Report> {
  // SVT-AV1 talks on the error stream unless the environment says otherwise.
  if (job.options.codec === 'av1') process.env['SVT_LOG'] ??= '0';
  const worker = new Worker(new URL('./worker.js', import.meta.url), {
    workerData: { job, modules: compiledModules() } satisfies WorkerInput,
    stdout: true,
    stderr: true,
  });
  const timers: NodeJS.Timeout[] = [];
  let giveUp = () => {};
  const abandoned = new Promise<undefined>((resolve) => {
    giveUp = () => resolve(undefined);
  });
  const raise = (flag: number) => Atomics.store(job.flags, flag, 1);
  const holdsGpu = () => Atomics.load(job.flags, FLAG.gpu) === 1;
  const end = () => {
    raise(FLAG.cancel);
    if (!holdsGpu()) void worker.terminate();
  };
  let loaded = () => {};
  const ready = new Promise<void>((resolve) => {
    loaded = resolve;
  });
  const onAbort = async () => {
    raise(FLAG.cancel);
    // A thread that is ended while it loads native code takes the whole process with it.
    await ready;
    timers.push(
      setTimeout(end, PATIENCE),
      setTimeout(() => holdsGpu() || giveUp(), PATIENCE + LAST_PATIENCE),
    );
  };
  const onStop = () => raise(FLAG.stop);
  signal?.addEventListener('abort', onAbort, { once: true });
  stop?.addEventListener('abort', onStop, { once: true });
  if (signal?.aborted) void onAbort();
  if (stop?.aborted) onStop();
  try {
    const last = await Promise.race([outcome(worker, loaded, end, onProgress), abandoned]);
    if (signal?.aborted) throw cancelled();
    if (last?.type === 'done') return last.report;
    throw last?.type === 'failed'
      ? fromPlain(last.error)
      : new Error('The thread of the conversion ended by itself.');
  } finally {
    for (const timer of timers) clearTimeout(timer);
    worker.unref();
    signal?.removeEventListener('abort', onAbort);
    stop?.removeEventListener('abort', onStop);
  }
}

/** Waits until a thread is gone; what it said last. */
function outcome(
  worker: Worker,
  onReady: () => void,
  end: () => void,
  onProgress: ConvertControl['onProgress'],
): Promise<WorkerMessage | undefined> {
  return new Promise((resolve, reject) => {
    let last: WorkerMessage | undefined;
    let crash: Error | undefined;
    worker.stdout.resume();
    worker.stderr.resume();
    worker.on('message', (message: WorkerMessage) => {
      if (message.type === 'ready') onReady();
      else if (message.type === 'compiled') shareModules(message.modules);
      else if (message.type !== 'progress') last = message;
      else {
        try {
          onProgress?.(message.progress);
        } catch (error) {
          crash = error instanceof Error ? error : new Error(String(error));
          end();
        }
      }
    });
    worker.on('error', (error: Error) => {
      crash = error;
    });
    worker.on('exit', () => (crash ? reject(crash) : resolve(last)));
  });
}

/** Gives a complete file its name. */
async function publish({ path, part }: Target, output: string, overwrite: boolean): Promise<void> {
  try {
    if (overwrite) {
      await rename(part, path);
      return;
    }
    // A link, unlike a rename, never replaces what came there in the meantime.
    await link(part, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') throw error;
      return rename(part, path);
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') {
      throw new MediaError('OUTPUT_EXISTS', `${output} has appeared in the meantime and was left alone.`);
    }
    throw new MediaError('OUTPUT_UNWRITABLE', `${output} cannot be written: ${(error as Error).message}.`, {
      cause: error,
    });
  }
}

import { rmSync } from 'node:fs';
import { chmod, link, rename, unlink } from 'node:fs/promises';
import type { Worker } from 'node:worker_threads';
import type { ConversionProgress } from '@elsewhere/engine';
import { assertOptions, deserializeError } from '@elsewhere/engine/internal';
import { MediaError } from './errors.js';
import type { ConvertInput } from './media/input/source.js';
import { CONVERT_OPTIONS, type ConvertOptions } from './options.js';
import { checkInput, checkOutput, type Target } from './paths.js';
import type { ConvertReport } from './report.js';
import { compiledModules, shareModules } from './wasm-modules.js';
import { FLAG, type Job, type JobMessage, type WorkerMessage } from './worker/protocol.js';
import { takeThread } from './worker/thread.js';

/** How long a thread may take to stop by itself before it is terminated, in milliseconds. */
const GRACE_PERIOD = 600;

/**
 * How much longer the caller waits until the terminated thread is gone, in milliseconds: a slow encoder cannot be interrupted, and
 * its thread ends later. With a GPU the caller waits to the end: compiling for it cannot be interrupted either, and takes seconds at
 * most.
 */
const TERMINATION_PERIOD = 300;

/**
 * Replaces the background of a video, a still image or a camera stream; audio is copied. Runs in a thread of its own; several
 * conversions may run at the same time.
 *
 * @param input - The path of a video or a still image, a camera, or a video that FFmpeg generates.
 * @param output - The path to write. Its extension decides the container. The file is written
 * under another name beside it and renamed when it is complete.
 * @param options - What to do. By default the background is blurred.
 * @throws {@link MediaError} about the files, `EngineError` about the model and the frames: `OPTION_INVALID` if an option is invalid or
 * the GPU does not support what is asked of it, `GPU_UNAVAILABLE` if `backend` is `gpu` and there is none. If `signal` is aborted, its
 * reason.
 *
 * @example
 * ```ts
 * import { convert } from '@elsewhere/node';
 *
 * const report = await convert('talk.mp4', 'talk.elsewhere.mp4', {
 *   background: { type: 'image', source: 'beach.jpg', fit: 'cover' },
 *   onProgress: ({ seconds, totalSeconds }) => console.log(`${seconds} of ${totalSeconds} s`),
 * });
 * for (const { code, message } of report.warnings) console.warn(code, message);
 * console.log(report.frames, 'frames in', report.output);
 * ```
 *
 * @example A camera, recorded until a signal ends it
 * ```ts
 * import { convert } from '@elsewhere/node';
 *
 * // A test pattern without an end; `{ type: 'camera' }` is the first camera.
 * const input = { type: 'lavfi', graph: 'testsrc2=size=320x180:rate=25,realtime' };
 * const recording = new AbortController();
 * const { seconds } = await convert(input, 'take.mp4', {
 *   background: { type: 'bokeh' },
 *   stop: recording.signal,
 *   onProgress: (progress) => progress.seconds > 1 && recording.abort(),
 * });
 * console.log(seconds > 1);
 * ```
 */
export async function convert(
  input: ConvertInput,
  output: string,
  options: ConvertOptions = {},
): Promise<ConvertReport> {
  const { signal, stop, onProgress, ...settings } = options;
  signal?.throwIfAborted();
  assertOptions(CONVERT_OPTIONS, settings);
  const path = typeof input === 'string' ? input : undefined;
  if (path !== undefined) await checkInput(path);
  const target = await checkOutput(output, { overwrite: settings.overwrite ?? false, input: path });
  const { part } = target;
  const job = { input, output, part, settings, flags: newFlags() };
  const control = { signal, stop, onProgress };
  // A pipe is written directly.
  if (part === target.path) return work(job, control);
  // A process that exits does not run what is awaited.
  const removePart = () => rmSync(part, { force: true });
  process.on('exit', removePart);
  try {
    const report = await work(job, control);
    await publish(target, output, settings.overwrite ?? false);
    return report;
  } finally {
    await unlink(part).catch(() => {});
    process.off('exit', removePart);
  }
}

function newFlags(): Int32Array {
  return new Int32Array(new SharedArrayBuffer(4 * Object.keys(FLAG).length));
}

/** How the caller follows and ends a conversion. */
interface Control {
  readonly signal: AbortSignal | undefined;
  readonly stop: AbortSignal | undefined;
  readonly onProgress: ((progress: ConversionProgress) => void) | undefined;
}

/** Runs a job in a thread of its own. The thread is gone when this settles, but see {@link TERMINATION_PERIOD}. */
async function work(job: Job, { onProgress, signal, stop }: Control): Promise<ConvertReport> {
  const worker = takeThread();
  const timers: NodeJS.Timeout[] = [];
  let abandon = () => {};
  const abandoned = new Promise<undefined>((resolve) => {
    abandon = () => resolve(undefined);
  });
  const set = (flag: number) => Atomics.store(job.flags, flag, 1);
  const holdsGpu = () => Atomics.load(job.flags, FLAG.gpu) === 1;
  const terminate = () => {
    set(FLAG.cancel);
    if (!holdsGpu()) void worker.terminate();
  };
  let loaded = () => {};
  const ready = new Promise<void>((resolve) => {
    loaded = resolve;
  });
  const onAbort = async () => {
    set(FLAG.cancel);
    // Terminating a thread while it loads native code crashes the process.
    await ready;
    timers.push(
      setTimeout(terminate, GRACE_PERIOD),
      setTimeout(() => holdsGpu() || abandon(), GRACE_PERIOD + TERMINATION_PERIOD),
    );
  };
  const onStop = () => set(FLAG.stop);
  signal?.addEventListener('abort', onAbort, { once: true });
  stop?.addEventListener('abort', onStop, { once: true });
  if (signal?.aborted) void onAbort();
  if (stop?.aborted) onStop();
  try {
    worker.postMessage({ job, modules: compiledModules() } satisfies JobMessage);
    const last = await Promise.race([waitForExit(worker, loaded, terminate, onProgress), abandoned]);
    signal?.throwIfAborted();
    if (last?.type === 'done') return last.report;
    throw last?.type === 'failed'
      ? deserializeError(last.error, { MediaError })
      : new Error('The conversion thread exited without a result.');
  } finally {
    for (const timer of timers) clearTimeout(timer);
    worker.unref();
    signal?.removeEventListener('abort', onAbort);
    stop?.removeEventListener('abort', onStop);
  }
}

/** Waits until a thread is gone; resolves with its result. */
function waitForExit(
  worker: Worker,
  onReady: () => void,
  terminate: () => void,
  onProgress: Control['onProgress'],
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
          terminate();
        }
      }
    });
    worker.on('error', (error: Error) => {
      crash = error;
    });
    worker.on('exit', () => (crash ? reject(crash) : resolve(last)));
  });
}

/** Renames a complete file to its final name. */
async function publish({ path, part, mode }: Target, output: string, overwrite: boolean): Promise<void> {
  try {
    if (mode !== undefined) await chmod(part, mode);
    if (overwrite) {
      await rename(part, path);
      return;
    }
    // A link, unlike a rename, never replaces a file that was created in the meantime.
    await link(part, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') throw error;
      return rename(part, path);
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') {
      throw new MediaError(
        'OUTPUT_EXISTS',
        `${output} was created by another program in the meantime and was not replaced.`,
      );
    }
    throw new MediaError('OUTPUT_UNWRITABLE', `${output} cannot be written: ${(error as Error).message}.`, {
      cause: error,
    });
  }
}

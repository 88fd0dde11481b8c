import type { ConversionProgress } from '@elsewhere/engine';
import type { SerializedError } from '@elsewhere/engine/internal';
import type { ConvertInput } from '../media/input/source.js';
import type { ConvertSettings } from '../options.js';
import type { ConvertReport } from '../report.js';

/** One conversion. */
export interface Job {
  readonly input: ConvertInput;
  /** The output's path as the caller gave it. */
  readonly output: string;
  /** Where the thread writes it. */
  readonly part: string;
  readonly settings: ConvertSettings;
  /** See {@link FLAG}. Shared memory, because the thread does not return to its event loop between frames. */
  readonly flags: Int32Array;
}

/** The thread's `workerData`. */
export interface ThreadOptions {
  /**
   * Flags of V8 to set before WebAssembly is compiled; they count for all threads of the process. Setting one earlier makes V8
   * ignore the compiled code of Node's own modules, which doubles the time until a thread has started.
   */
  readonly v8Flags: readonly string[];
}

/** The only message that the thread gets. */
export interface JobMessage {
  readonly job: Job;
  /** WebAssembly that earlier threads have compiled, by path. */
  readonly modules: ReadonlyMap<string, WebAssembly.Module>;
}

/** Indices in {@link Job.flags}. */
export const FLAG = {
  /** 1: the thread has to abort. */
  cancel: 0,
  /** 1: the thread has to stop after the current frame and complete the file. */
  stop: 1,
  /** 1: the thread uses a GPU. Terminating it would crash the process in Dawn. */
  gpu: 2,
} as const;

/** What the thread sends. */
export type WorkerMessage =
  /** Native code is loaded: from now on the thread may be terminated. */
  | { readonly type: 'ready' }
  /** WebAssembly that the thread has compiled, for later threads. */
  | { readonly type: 'compiled'; readonly modules: ReadonlyMap<string, WebAssembly.Module> }
  | { readonly type: 'progress'; readonly progress: ConversionProgress }
  | { readonly type: 'done'; readonly report: ConvertReport }
  | { readonly type: 'failed'; readonly error: SerializedError };

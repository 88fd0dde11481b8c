import type { ConversionProgress } from '@elsewhere/engine';
import type { SerializedError } from '@elsewhere/engine/internal';
import type { ConvertInput } from '../media/input/source.js';
import type { ConvertSettings } from '../options.js';
import type { ConvertReport } from '../report.js';

/** What the thread of a conversion is to do. */
export interface Job {
  /** The input as the caller gives it. */
  readonly input: ConvertInput;
  /** The output as the caller gives it. */
  readonly output: string;
  /** Where the thread writes. */
  readonly part: string;
  readonly settings: ConvertSettings;
  /** See {@link FLAG}. The thread has no time for messages: it reads them between two frames. */
  readonly flags: Int32Array;
}

/** What a thread is started with. */
export interface WorkerInput {
  readonly job: Job;
  /** WebAssembly that earlier threads have compiled. */
  readonly modules: ReadonlyMap<string, WebAssembly.Module>;
}

/** Places in {@link Job.flags}. */
export const FLAG = {
  /** 1: the thread is to give up. */
  cancel: 0,
  /** 1: the thread is to end the recording here and complete the file. */
  stop: 1,
  /** 1: the thread holds a GPU. Ended from outside in the middle of its work, Dawn would take the whole process with it. */
  gpu: 2,
} as const;

/** What the thread tells. */
export type WorkerMessage =
  /** Everything is loaded: from now on the thread may be ended. */
  | { readonly type: 'ready' }
  /** What the thread has compiled, for those that follow. */
  | { readonly type: 'compiled'; readonly modules: ReadonlyMap<string, WebAssembly.Module> }
  | { readonly type: 'progress'; readonly progress: ConversionProgress }
  | { readonly type: 'done'; readonly report: ConvertReport }
  | { readonly type: 'failed'; readonly error: SerializedError };

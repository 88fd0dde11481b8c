import type { ConversionProgress } from '@elsewhere/engine';
import { EngineError, type EngineErrorCode } from '@elsewhere/engine';
import { MediaError, type MediaErrorCode } from './errors.js';
import type { ConvertInput } from './media/source.js';
import type { ConvertSettings } from './options.js';
import type { ConvertReport } from './report.js';

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
  | { readonly type: 'failed'; readonly error: PlainError };

/** An error in a shape that passes between threads. */
export interface PlainError {
  readonly kind: 'media' | 'engine' | 'other';
  readonly code: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly cause: string | undefined;
}

/** Makes an error fit to be sent. */
export function toPlain(error: unknown): PlainError {
  const { message, stack, cause } = error instanceof Error ? error : new Error(String(error));
  const plain = { message, stack, cause: cause instanceof Error ? cause.message : undefined };
  if (error instanceof MediaError) return { kind: 'media', code: error.code, ...plain };
  if (error instanceof EngineError) return { kind: 'engine', code: error.code, ...plain };
  return { kind: 'other', code: '', ...plain };
}

/** The error that {@link toPlain} was given, as far as possible. */
export function fromPlain({ kind, code, message, stack, cause }: PlainError): Error {
  const options = cause === undefined ? {} : { cause: new Error(cause) };
  const error =
    kind === 'media'
      ? new MediaError(code as MediaErrorCode, message, options)
      : kind === 'engine'
        ? new EngineError(code as EngineErrorCode, message, options)
        : new Error(message, options);
  if (stack !== undefined) error.stack = stack;
  return error;
}

import type { ConversionProgress } from '@elsewhere/engine';
import type { SerializedError } from '@elsewhere/engine/internal';
import type { EngineRequest, SentBackground } from '../engine/protocol.js';
import type { ConvertOptions, ConvertReport } from './options.js';

/** The options that the worker gets as they are. */
type PlainOptions = Omit<
  ConvertOptions,
  'background' | 'model' | 'keep' | 'assets' | 'signal' | 'stop' | 'onProgress'
>;

/** What to convert, and how. */
export interface Job {
  readonly input: Blob;
  readonly output: FileSystemFileHandle | undefined;
  readonly engine: EngineRequest;
  readonly background: SentBackground;
  readonly options: PlainOptions;
}

/** From the page to the worker. */
export type ToConverter =
  | { readonly type: 'convert'; readonly job: Job }
  /** Aborts; answered with `failed`. */
  | { readonly type: 'abort' }
  /** Completes the output with the frames so far. */
  | { readonly type: 'stop' };

/** From the worker to the page. */
export type FromConverter =
  | { readonly type: 'progress'; readonly progress: ConversionProgress }
  | { readonly type: 'done'; readonly report: ConvertReport }
  | { readonly type: 'failed'; readonly error: SerializedError };

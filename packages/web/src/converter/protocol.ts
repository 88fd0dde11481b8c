import type { EngineRequest, SentBackground } from '../engine/protocol.js';
import type { SentError } from '../errors.js';
import type { ConvertOptions, ConvertProgress, ConvertResult } from './options.js';

/** What is to be converted, and how. */
export interface Job extends Omit<ConvertOptions, 'background' | 'model' | 'keep' | 'assets'> {
  readonly file: Blob;
  readonly engine: EngineRequest;
  readonly background: SentBackground;
}

/** From the page to the worker. */
export type ToConverter = { readonly type: 'convert'; readonly job: Job } | { readonly type: 'cancel' };

/** From the worker to the page. */
export type FromConverter =
  | { readonly type: 'progress'; readonly progress: ConvertProgress }
  | { readonly type: 'done'; readonly result: ConvertResult }
  | { readonly type: 'failed'; readonly error: SentError };

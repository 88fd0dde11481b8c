import { ElsewhereError } from '@elsewhere/engine';
import { deserializeError, type SerializedError } from '@elsewhere/engine/internal';

/**
 * Every `code` of a {@link WebError}. Codes are stable: programs may compare them.
 *
 * - `UNSUPPORTED`: this browser lacks something that is needed; the message names it.
 * - `ASSET_MISSING`: a file of the assets folder could not be fetched: `worker.js`, a `.wasm` or a model.
 * - `WASM_BLOCKED`: the page's Content-Security-Policy forbids WebAssembly.
 * - `WORKER_FAILED`: the worker could not be started, or failed again and again.
 * - `TRACK_INVALID`: the argument is not a live video track.
 * - `BACKGROUND_UNREADABLE`: the background's image or video cannot be fetched or decoded.
 * - `MEDIA_UNREADABLE`: a file contains no video that this browser can decode.
 * - `MEDIA_TRUNCATED`: a file is truncated, and nothing of it can be read.
 * - `SUPERSEDED`: a later call replaced this one.
 * - `DISPOSED`: the object was used after `dispose()`.
 */
export type WebErrorCode =
  | 'UNSUPPORTED'
  | 'ASSET_MISSING'
  | 'WASM_BLOCKED'
  | 'WORKER_FAILED'
  | 'TRACK_INVALID'
  | 'BACKGROUND_UNREADABLE'
  | 'MEDIA_UNREADABLE'
  | 'MEDIA_TRUNCATED'
  | 'SUPERSEDED'
  | 'DISPOSED';

/** An error of this package. See {@link WebErrorCode} for the codes. */
export class WebError extends ElsewhereError<WebErrorCode> {
  override readonly name = 'WebError';
}

/** The error with which a call of `setBackground` ends that a later one has replaced. */
export function supersededError(): WebError {
  return new WebError('SUPERSEDED', 'A later call of setBackground replaced this one.');
}

/** An error that another thread has sent with `serializeError`. Those of this package and of the engine keep their class. */
export function receiveError(error: SerializedError): Error {
  return deserializeError(error, { WebError });
}

/**
 * Lets a promise reject as soon as a signal is aborted.
 *
 * @param promise - Its outcome is ignored after that.
 * @param signals - `undefined`: none.
 * @throws The signal's reason.
 */
export async function abortable<T>(
  promise: PromiseLike<T>,
  ...signals: readonly (AbortSignal | undefined)[]
): Promise<T> {
  const settled = new AbortController();
  const aborted = signals.map(
    (signal) =>
      new Promise<never>((_, reject) => {
        const abort = () => reject(signal?.reason);
        if (signal?.aborted) abort();
        else signal?.addEventListener('abort', abort, { signal: settled.signal });
      }),
  );
  try {
    return await Promise.race([...aborted, promise]);
  } finally {
    settled.abort();
    promise.then(undefined, () => {});
  }
}

import { ElsewhereError, EngineError, type EngineErrorCode } from '@elsewhere/engine';

/**
 * Every `code` a {@link WebError} can carry. Codes are stable: programs may compare them.
 *
 * - `UNSUPPORTED`: this browser lacks something that is needed; the message names it.
 * - `ASSET_MISSING`: a file of the assets folder could not be fetched: `worker.js`, a `.wasm` or a model.
 * - `WASM_BLOCKED`: the page's Content-Security-Policy forbids WebAssembly.
 * - `WORKER_FAILED`: the worker could not be started, or it broke down again and again.
 * - `TRACK_INVALID`: what was given is not a live video track.
 * - `BACKGROUND_UNREADABLE`: the background's picture or video cannot be fetched or decoded.
 * - `MEDIA_UNREADABLE`: a file holds no video that this browser can decode.
 * - `MEDIA_TRUNCATED`: a file ends before its time.
 * - `ABORTED`: the caller's signal was aborted, or a later call took this one's place.
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
  | 'ABORTED'
  | 'DISPOSED';

/** An error of this package. See {@link WebErrorCode} for the codes. */
export class WebError extends ElsewhereError<WebErrorCode> {
  override readonly name = 'WebError';
}

/** An error on its way between page and worker: structured cloning keeps neither classes nor codes. */
export interface SentError {
  readonly kind: 'web' | 'engine' | 'other';
  readonly code: string;
  readonly message: string;
  readonly cause?: SentError;
}

/** How deep causes are sent along. */
const MAX_DEPTH = 4;

/**
 * Takes an error apart for its way to the other side.
 *
 * @param error - Whatever was thrown.
 */
export function sendError(error: unknown, depth = 0): SentError {
  const kind = error instanceof WebError ? 'web' : error instanceof EngineError ? 'engine' : 'other';
  const code = error instanceof ElsewhereError ? error.code : error instanceof Error ? error.name : 'Error';
  const message = error instanceof Error ? error.message : String(error);
  const cause = error instanceof Error && depth < MAX_DEPTH ? error.cause : undefined;
  return { kind, code, message, ...(cause !== undefined && { cause: sendError(cause, depth + 1) }) };
}

/** Puts an error together again. */
export function receiveError({ kind, code, message, cause }: SentError): Error {
  const options = cause && { cause: receiveError(cause) };
  switch (kind) {
    case 'web':
      return new WebError(code as WebErrorCode, message, options);
    case 'engine':
      return new EngineError(code as EngineErrorCode, message, options);
    case 'other':
      return Object.assign(new Error(message, options), { name: code });
  }
}

/** The error of what a signal or a later call has ended. */
export function aborted(reason?: unknown): WebError {
  return new WebError('ABORTED', 'This was aborted before it was done.', { cause: reason });
}

/**
 * Lets a promise reject as soon as a signal is aborted.
 *
 * @param promise - What is waited for; what comes of it afterwards is ignored.
 * @param signal - The signal, if there is one.
 * @throws {@link WebError} `ABORTED` with the signal's reason as its cause.
 */
export async function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  const ended = new AbortController();
  try {
    return await Promise.race([
      promise,
      new Promise<never>((_, reject) => {
        const abort = () => reject(aborted(signal.reason));
        if (signal.aborted) abort();
        else signal.addEventListener('abort', abort, { signal: ended.signal });
      }),
    ]);
  } finally {
    ended.abort();
    promise.catch(() => {});
  }
}

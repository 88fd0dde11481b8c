import { ASSETS } from '../assets.js';
import { engineRequest, resolveBackground } from '../engine/request.js';
import { receiveError } from '../errors.js';
import { DEFAULT_BACKGROUND } from '../options.js';
import { startError, startWorker } from '../start-worker.js';
import type { ConvertOptions, ConvertReport } from './options.js';
import type { FromConverter, ToConverter } from './protocol.js';

/** How long an aborted worker may take to remove what it has begun, in milliseconds. */
const ABORT_TIMEOUT = 2000;

/**
 * Replaces the background of a video file; its audio is kept. Runs in a worker of its own; several may run at once.
 *
 * @example
 * ```ts
 * import { convertVideo } from '@elsewhere/web';
 *
 * const input = await fetch('/talk.mp4').then((response) => response.blob());
 * const { blob, seconds, warnings } = await convertVideo(input, undefined, {
 *   assets: '/elsewhere/',
 *   background: { type: 'image', source: '/beach.jpg' },
 *   onProgress: ({ seconds, totalSeconds = seconds }) => console.log(seconds / totalSeconds),
 * });
 * for (const { code, message } of warnings) console.warn(code, message);
 * ```
 *
 * @param input - MP4, MOV, MPEG-TS, WebM or Matroska with a video codec that this browser can decode; an animated WebP, GIF, PNG
 * or AVIF where the browser has `ImageDecoder`.
 * @param output - Where to write: a file of the user's (`showSaveFilePicker`) or of the origin's private file system. It
 * has its new contents only once they are complete. Default: none; the report has a `Blob` in memory.
 * @param options - What to do. By default the background is blurred.
 * @returns What was done, with the new file.
 * @throws {@link WebError} `MEDIA_UNREADABLE` if the input contains no video that this browser can decode,
 * `MEDIA_TRUNCATED` if it is truncated and nothing of it can be read, `UNSUPPORTED` if this browser cannot encode the result, and as
 * `VirtualBackground.create`; `EngineError` `INPUT_TOO_LARGE` if the input or the background is, `OPTION_INVALID` if an option is out of range, or no frame begins in the part
 * that `start` and `duration` name; the reason of `signal`. Nothing is written then: the output keeps its old contents.
 */
export async function convertVideo(
  input: Blob,
  output?: FileSystemFileHandle,
  options: ConvertOptions = {},
): Promise<ConvertReport> {
  const { background = DEFAULT_BACKGROUND, assets, model, keep, signal, stop, onProgress, ...rest } = options;
  signal?.throwIfAborted();
  const engine = engineRequest({ assets, model, keep });
  const job = { input, output, engine, background: resolveBackground(background), options: rest };
  const url = engine.assets + ASSETS.converter;
  const worker = startWorker(url);
  const settled = new AbortController();
  try {
    return await new Promise<ConvertReport>((resolve, reject) => {
      const post = (message: ToConverter) => worker.postMessage(message);
      worker.onerror = (event) => reject(startError(url, event));
      worker.onmessage = ({ data }: MessageEvent<FromConverter>) => {
        if (data.type === 'done') resolve(data.report);
        else if (data.type === 'failed') reject(signal?.aborted ? signal.reason : receiveError(data.error));
        else if (!signal?.aborted) onProgress?.(data.progress);
      };
      const onAbort = () => {
        post({ type: 'abort' });
        setTimeout(() => reject(signal?.reason), ABORT_TIMEOUT);
      };
      signal?.addEventListener('abort', onAbort, { signal: settled.signal });
      post({ type: 'convert', job });
      const onStop = () => post({ type: 'stop' });
      if (stop?.aborted) onStop();
      else stop?.addEventListener('abort', onStop, { signal: settled.signal });
    });
  } finally {
    settled.abort();
    worker.terminate();
  }
}

import { ASSETS } from '../assets.js';
import { assetsFolder, engineRequest, resolveBackground } from '../engine/request.js';
import { aborted, receiveError } from '../errors.js';
import { assertNotAborted, DEFAULT_BACKGROUND } from '../options.js';
import { startError, startWorker } from '../start-worker.js';
import type { ConvertControl, ConvertOptions, ConvertResult } from './options.js';
import type { FromConverter, ToConverter } from './protocol.js';

/** How long a worker may take to put away what it has begun, in milliseconds. */
const PATIENCE = 2000;

/**
 * Puts another background into a video file; the sound stays as it is. Works in a worker of its own; several may run at
 * once.
 *
 * @param file - MP4, MOV, WebM, Matroska or another kind that this browser can decode.
 * @param options - What to do. By default the background is blurred.
 * @param control - How to follow and end it.
 * @returns The new file, and what was done.
 * @throws WebError `MEDIA_UNREADABLE` if the file holds no video that this browser can decode, `MEDIA_TRUNCATED` if it ends
 * before its time, `UNSUPPORTED` if this browser cannot encode the result, `ABORTED`, and as `VirtualBackground.create`.
 * Nothing is left then: {@link ConvertOptions.output} has its old contents.
 */
export async function convertVideo(
  file: Blob,
  options: ConvertOptions = {},
  { onProgress, signal }: ConvertControl = {},
): Promise<ConvertResult> {
  assertNotAborted(signal);
  const { background = DEFAULT_BACKGROUND, assets, model, keep, ...rest } = options;
  const engine = engineRequest({ ...(assets && { assets }), ...(model && { model }), ...(keep && { keep }) });
  const job = { ...rest, file, engine, background: resolveBackground(background) };
  const url = assetsFolder(assets) + ASSETS.converter;
  const worker = startWorker(url);
  const ended = new AbortController();
  try {
    return await new Promise<ConvertResult>((resolve, reject) => {
      const send = (message: ToConverter) => worker.postMessage(message);
      worker.onerror = (event) => reject(startError(url, event));
      worker.onmessage = ({ data }: MessageEvent<FromConverter>) => {
        if (data.type === 'done') resolve(data.result);
        else if (data.type === 'failed')
          reject(signal?.aborted ? aborted(signal.reason) : receiveError(data.error));
        else if (!signal?.aborted) onProgress?.(data.progress);
      };
      const cancel = () => {
        send({ type: 'cancel' });
        setTimeout(() => reject(aborted(signal?.reason)), PATIENCE);
      };
      signal?.addEventListener('abort', cancel, { signal: ended.signal });
      send({ type: 'convert', job });
    });
  } finally {
    ended.abort();
    worker.terminate();
  }
}

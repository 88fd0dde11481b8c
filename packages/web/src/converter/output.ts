import {
  BufferTarget,
  getFirstEncodableVideoCodec,
  Mp4OutputFormat,
  Output,
  type OutputFormat,
  StreamTarget,
  type StreamTargetChunk,
  type VideoCodec,
  WebMOutputFormat,
} from 'mediabunny';
import { WebError } from '../errors.js';
import type { MediaFile } from './input.js';

/** Where the new file is written. */
export interface Destination {
  readonly output: Output;
  /** The new file, if it is in memory. */
  finish(type: string): Blob | undefined;
  /** Discards what has been written. */
  abort(): Promise<void>;
}

/**
 * Opens an output.
 *
 * @param handle - The file; `undefined` for one in memory.
 */
export async function openDestination(
  handle: FileSystemFileHandle | undefined,
  format: OutputFormat,
): Promise<Destination> {
  if (!handle) {
    const target = new BufferTarget();
    return {
      output: new Output({ format, target }),
      finish: (type) => new Blob([target.buffer ?? new ArrayBuffer(0)], { type }),
      abort: async () => {},
    };
  }
  // The browser writes into a copy, which replaces the file when it is closed.
  const file = await handle.createWritable();
  const stream = new WritableStream<StreamTargetChunk>({
    write: (chunk) => file.write(chunk),
    close: () => file.close(),
  });
  return {
    output: new Output({ format, target: new StreamTarget(stream, { chunked: true }) }),
    finish: () => undefined,
    abort: () => file.abort().catch(() => {}),
  };
}

/** The output's container: WebM for WebM, Matroska and alpha, else MP4. */
export function chooseFormat({ isMatroska }: MediaFile, hasAlpha: boolean): OutputFormat {
  return isMatroska || hasAlpha ? new WebMOutputFormat() : new Mp4OutputFormat();
}

/**
 * The output's video codec, for frames of a size in pixels.
 *
 * @throws {@link WebError} `UNSUPPORTED` if this browser can encode none.
 */
export async function chooseCodec(format: OutputFormat, width: number, height: number): Promise<VideoCodec> {
  const preferred: VideoCodec[] = format instanceof WebMOutputFormat ? ['vp9', 'vp8'] : ['avc', 'vp9'];
  const codec = await getFirstEncodableVideoCodec(preferred, { width, height });
  if (codec) return codec;
  throw new WebError(
    'UNSUPPORTED',
    `This browser cannot encode ${preferred.join(' or ')} at ${width}x${height}.`,
  );
}

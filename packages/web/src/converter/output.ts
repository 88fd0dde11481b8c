import {
  BufferTarget,
  getFirstEncodableVideoCodec,
  MatroskaInputFormat,
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

/** A file to be written. */
export interface Destination {
  readonly output: Output;
  /** The file in memory, if it is there. */
  finish(type: string): Blob | undefined;
  /** Gives up what has been written. */
  abort(): Promise<void>;
}

/**
 * Opens a file to be written.
 *
 * @param handle - The file; `undefined` for one in memory.
 * @param format - Its container.
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
  // The browser writes into a copy, which takes the file's place when it is closed.
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

/** The container for a file: its own kind where that is WebM, or MP4; WebM where there is alpha. */
export async function chooseFormat({ input }: MediaFile, hasAlpha: boolean): Promise<OutputFormat> {
  const isWebM = hasAlpha || (await input.getFormat()) instanceof MatroskaInputFormat;
  return isWebM ? new WebMOutputFormat() : new Mp4OutputFormat();
}

/**
 * The codec for pictures of a size.
 *
 * @throws {@link WebError} `UNSUPPORTED` if this browser can encode none.
 */
export async function chooseCodec(format: OutputFormat, width: number, height: number): Promise<VideoCodec> {
  const preferred: VideoCodec[] = format instanceof WebMOutputFormat ? ['vp9', 'vp8'] : ['avc', 'vp9'];
  const codec = await getFirstEncodableVideoCodec(preferred, { width, height });
  if (codec) return codec;
  throw new WebError(
    'UNSUPPORTED',
    `This browser can encode none of ${preferred.join(', ')} at ${width}x${height}.`,
  );
}

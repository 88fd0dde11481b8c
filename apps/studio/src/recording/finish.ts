import {
  BlobSource,
  BufferTarget,
  Conversion,
  Input,
  MP4,
  Mp4OutputFormat,
  Output,
  WEBM,
  WebMOutputFormat,
} from 'mediabunny';
import type { FormatName } from './formats.js';

/**
 * Browsers write recordings that do not say how long they are and cannot be skipped through. This writes the same pictures and
 * sounds into a file that does and can.
 *
 * @returns The file; the recording as it is where it cannot be read.
 */
export async function finish(recording: Blob, format: FormatName): Promise<Blob> {
  using input = new Input({ source: new BlobSource(recording), formats: [WEBM, MP4] });
  const target = new BufferTarget();
  const container =
    format === 'mp4' ? new Mp4OutputFormat({ fastStart: 'in-memory' }) : new WebMOutputFormat();
  try {
    const conversion = await Conversion.init({ input, output: new Output({ format: container, target }) });
    if (!conversion.isValid || conversion.discardedTracks.length > 0) return recording;
    await conversion.execute();
    return target.buffer ? new Blob([target.buffer], { type: `video/${format}` }) : recording;
  } catch {
    return recording;
  }
}

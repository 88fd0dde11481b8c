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
 * Remuxes a recording. Browsers write recordings without a duration, in which users cannot seek. The result has the same frames and
 * audio, and can be seeked in.
 *
 * @returns The file, or the recording itself if it cannot be read.
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

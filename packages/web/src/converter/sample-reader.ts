import type { Frame } from '@elsewhere/engine';
import type { VideoSample } from 'mediabunny';
import { FrameReader, isReadDirectly, shapeOf } from '../media/frame-reader.js';
import { toI420 } from './planes.js';

/** Copies decoded frames of a file into frames of the engine. */
export class SampleReader {
  readonly #reader = new FrameReader();
  #buffer = new Uint8Array(0);

  /**
   * Copies a frame.
   *
   * @param sample - Closed by the caller.
   * @returns A frame that is valid until the next call.
   */
  async read(sample: VideoSample): Promise<Frame> {
    const frame = sample.toVideoFrame();
    try {
      const { format } = frame;
      if (!format || isReadDirectly(format)) {
        return { ...(await this.#reader.read(frame)), rotation: sample.rotation };
      }
      const bytes = frame.allocationSize();
      if (this.#buffer.length < bytes) this.#buffer = new Uint8Array(bytes);
      const layout = await frame.copyTo(this.#buffer);
      const shape = { ...shapeOf(frame), rotation: sample.rotation };
      const planes = toI420(format, this.#buffer, layout, shape.width, shape.height);
      if (!planes) throw new TypeError(`Frames of the format ${format} cannot be read.`);
      return { ...shape, format: 'I420', planes };
    } finally {
      frame.close();
    }
  }
}

import { assertInputSize } from '@elsewhere/engine/internal';
import { imageSizeOf, imageTypeOf } from './image-header.js';

/** Shorter frames are shown for {@link USUAL_DURATION}, as browsers do; in seconds. */
const SHORTEST_DURATION = 0.011;
const USUAL_DURATION = 0.1;

/** A frame of an animated image. Times are in seconds. */
export interface AnimatedFrame {
  /** Closed by whoever takes it. */
  readonly frame: VideoFrame;
  readonly timestamp: number;
  readonly duration: number;
}

/** An image with several frames: an animated WebP, GIF, PNG or AVIF. */
export class AnimatedImage implements Disposable {
  readonly width: number;
  readonly height: number;
  readonly #decoder: ImageDecoder;

  private constructor(decoder: ImageDecoder, width: number, height: number) {
    this.#decoder = decoder;
    this.width = width;
    this.height = height;
  }

  /**
   * Opens a file. Its frames are decoded when they are asked for.
   *
   * @param name - What it is called in messages.
   * @throws EngineError `INPUT_TOO_LARGE`; what the browser throws where it cannot decode the file.
   */
  static async open(file: Blob, name: string): Promise<AnimatedImage> {
    const bytes = new Uint8Array(await file.arrayBuffer());
    const size = imageSizeOf(bytes);
    const type = imageTypeOf(bytes);
    if (!size || !type) throw new Error('It is no animated image.');
    assertInputSize('video', name, size);
    const decoder = new ImageDecoder({ data: bytes, type });
    try {
      await decoder.tracks.ready;
      await decoder.completed;
    } catch (error) {
      decoder.close();
      throw error;
    }
    return new AnimatedImage(decoder, size.width, size.height);
  }

  /** All frames, once. */
  async *frames(): AsyncGenerator<AnimatedFrame, void, undefined> {
    const count = this.#decoder.tracks.selectedTrack?.frameCount ?? 0;
    let timestamp = 0;
    for (let frameIndex = 0; frameIndex < count; frameIndex++) {
      const { image } = await this.#decoder.decode({ frameIndex });
      const stated = (image.duration ?? 0) / 1e6;
      const duration = stated < SHORTEST_DURATION ? USUAL_DURATION : stated;
      yield { frame: image, timestamp, duration };
      timestamp += duration;
    }
  }

  /** How long it lasts, in seconds. */
  async duration(): Promise<number> {
    let end = 0;
    for await (const { frame, timestamp, duration } of this.frames()) {
      end = timestamp + duration;
      frame.close();
    }
    return end;
  }

  /** Frees the decoder. */
  [Symbol.dispose](): void {
    this.#decoder.close();
  }
}

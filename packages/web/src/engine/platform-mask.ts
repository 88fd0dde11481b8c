import type { Segmentation, Segmenter } from '@elsewhere/engine';

/** The platform's segmentation of a frame: black is background, white is a person. */
interface Mask {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

const BYTES = 4;

/**
 * Replaces the network for frames that have a mask by the platform (`backgroundSegmentationMask` of
 * mediacapture-extensions).
 */
export class PlatformMask implements Segmenter {
  readonly width: number;
  readonly height: number;
  readonly valueRange: readonly [low: number, high: number];
  readonly hasClasses: boolean;
  readonly #network: Segmenter;
  #mask: Mask | undefined;
  #buffer = new Uint8Array(0);

  /** @param network - Runs for frames without a mask; owned by this object from now on. */
  constructor(network: Segmenter) {
    this.#network = network;
    ({
      width: this.width,
      height: this.height,
      valueRange: this.valueRange,
      hasClasses: this.hasClasses,
    } = network);
  }

  /**
   * Takes the mask of the next frame.
   *
   * @param bitmap - Closed here; `undefined` if the frame has none.
   */
  async take(bitmap: ImageBitmap | undefined): Promise<void> {
    this.#mask = undefined;
    if (!bitmap) return;
    const frame = new VideoFrame(bitmap, { timestamp: 0 });
    bitmap.close();
    try {
      const { codedWidth: width, codedHeight: height } = frame;
      const bytes = width * height * BYTES;
      if (this.#buffer.length !== bytes) this.#buffer = new Uint8Array(bytes);
      await frame.copyTo(this.#buffer, { format: 'RGBA' });
      this.#mask = { width, height, data: this.#buffer };
    } finally {
      frame.close();
    }
  }

  async segment(input: Float32Array, output: Segmentation): Promise<void> {
    if (this.#mask) this.#resize(this.#mask, output.confidence);
    else await this.#network.segment(input, output);
  }

  dispose(): void {
    this.#network.dispose();
  }

  /** Bilinear: masks are about as large as the confidence map. */
  #resize({ width, height, data }: Mask, target: Float32Array): void {
    for (let row = 0; row < this.height; row++) {
      const y = Math.min(height - 1, Math.max(0, ((row + 0.5) * height) / this.height - 0.5));
      const top = Math.floor(y) * width;
      const bottom = Math.min(height - 1, Math.floor(y) + 1) * width;
      for (let column = 0; column < this.width; column++) {
        const x = Math.min(width - 1, Math.max(0, ((column + 0.5) * width) / this.width - 0.5));
        const left = Math.floor(x);
        const right = Math.min(width - 1, left + 1);
        const upper = mix(data, top + left, top + right, x - left);
        const lower = mix(data, bottom + left, bottom + right, x - left);
        target[row * this.width + column] = (upper + (lower - upper) * (y - Math.floor(y))) / 255;
      }
    }
  }
}

function mix(data: Uint8Array, first: number, second: number, share: number): number {
  const value = data[first * BYTES] ?? 0;
  return value + ((data[second * BYTES] ?? 0) - value) * share;
}

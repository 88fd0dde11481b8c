import { type Frame, type PixelSize, planeSizes } from '@elsewhere/engine';
import { copyPlane } from '@elsewhere/engine/internal';

/** An I420 frame in one piece, as devices and y4m take it: the rows of all planes follow each other without gaps. */
export class PackedFrame {
  /** The prefix and the planes. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly #size: PixelSize;
  readonly #parts: readonly Uint8Array[];

  /**
   * @param size - In pixels; even numbers.
   * @param prefix - What stands before each frame.
   */
  constructor(size: PixelSize, prefix: string) {
    const { width, height } = size;
    this.#size = size;
    const sizes = planeSizes('I420', width, height).map(({ rowBytes, rows }) => rowBytes * rows);
    const start = prefix.length;
    this.bytes = new Uint8Array(start + sizes.reduce((sum, size) => sum + size, 0));
    this.bytes.set(Buffer.from(prefix, 'latin1'));
    let offset = start;
    this.#parts = sizes.map((length) => {
      offset += length;
      return this.bytes.subarray(offset - length, offset);
    });
  }

  /** Copies a frame of this size. */
  store(frame: Frame): void {
    const { width, height } = this.#size;
    planeSizes('I420', width, height).forEach((size, index) => {
      const from = frame.planes[index];
      const data = this.#parts[index];
      if (from && data) copyPlane(from, { data, stride: size.rowBytes }, size);
    });
  }
}

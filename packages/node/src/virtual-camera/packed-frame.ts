import { type Frame, type PixelSize, planeSizes } from '@elsewhere/engine';
import { copyPlane } from '@elsewhere/engine/internal';

/** How a frame is packed: I420, the planes one after the other; or YUYV, one plane of 4:2:2 in which Y, U, Y and V take turns. */
export type Packing = 'I420' | 'YUYV';

/** A frame in one piece, as devices and y4m take it: without gaps between its rows and planes. */
export class PackedFrame {
  /** The prefix and the frame. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly #size: PixelSize;
  readonly #packing: Packing;
  /** The planes. */
  readonly #parts: readonly Uint8Array[];

  /**
   * @param size - In pixels; even numbers.
   * @param prefix - What stands before each frame.
   */
  constructor(size: PixelSize, prefix = '', packing: Packing = 'I420') {
    const { width, height } = size;
    this.#size = size;
    this.#packing = packing;
    const lengths =
      packing === 'YUYV'
        ? [2 * width * height]
        : planeSizes('I420', width, height).map(({ rowBytes, rows }) => rowBytes * rows);
    const start = prefix.length;
    this.bytes = new Uint8Array(start + lengths.reduce((sum, length) => sum + length, 0));
    this.bytes.set(Buffer.from(prefix, 'latin1'));
    let offset = start;
    this.#parts = lengths.map((length) => {
      offset += length;
      return this.bytes.subarray(offset - length, offset);
    });
  }

  /** Packs an I420 frame of this size. */
  store(frame: Frame): void {
    if (this.#packing === 'YUYV') {
      this.#interleave(frame);
      return;
    }
    const { width, height } = this.#size;
    planeSizes('I420', width, height).forEach((size, index) => {
      const from = frame.planes[index];
      const data = this.#parts[index];
      if (from && data) copyPlane(from, { data, stride: size.rowBytes }, size);
    });
  }

  /** Two rows share their chroma. */
  #interleave({ planes }: Frame): void {
    const [luma, u, v] = planes;
    const [packed] = this.#parts;
    if (!luma || !u || !v || !packed) return;
    const { width, height } = this.#size;
    let to = 0;
    for (let row = 0; row < height; row++) {
      let y = row * luma.stride;
      const chroma = row >> 1;
      for (let column = 0; column < width / 2; column++) {
        packed[to++] = luma.data[y++] ?? 0;
        packed[to++] = u.data[chroma * u.stride + column] ?? 0;
        packed[to++] = luma.data[y++] ?? 0;
        packed[to++] = v.data[chroma * v.stride + column] ?? 0;
      }
    }
  }
}

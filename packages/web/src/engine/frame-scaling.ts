import type { FrameShape, PixelSize } from '@elsewhere/engine';
import { displaySizeOf, fitted, isAlike } from '@elsewhere/engine/internal';

/** The size to which a track's frames are scaled: what the caller allows, or a part of it. */
export class FrameScaling {
  #shape: FrameShape | undefined;
  #limit: PixelSize | undefined;
  #size: PixelSize = { width: 0, height: 0 };
  #displaySize = this.#size;
  #scale = 1;
  #maxSize: PixelSize | undefined;

  /** The frame's size at scale 1, as displayed. */
  get displaySize(): PixelSize {
    return this.#displaySize;
  }

  /** The shorter side of a frame at scale 1, in pixels. */
  get lines(): number {
    return Math.min(this.#size.width, this.#size.height);
  }

  /**
   * Takes the shape of the next frame. Nothing is allocated as long as it stays the same.
   *
   * @param shape - Of the camera's frame.
   * @param limit - The largest size that the caller allows, as displayed.
   */
  setFrame(shape: FrameShape, limit: PixelSize | undefined): void {
    if (this.#shape && isAlike(shape, this.#shape) && limit === this.#limit) return;
    this.#shape = shape;
    this.#limit = limit;
    this.#size = fitted(shape, limit);
    this.#displaySize = displaySizeOf({ ...shape, ...this.#size });
    this.#scale = 1;
    this.#maxSize = limit;
  }

  /**
   * The largest size of the output, as displayed; the same object as long as nothing changes.
   *
   * @param scale - The part of the sides that is left.
   * @returns `undefined`: no limit.
   */
  maxSizeAt(scale: number): PixelSize | undefined {
    if (scale === this.#scale) return this.#maxSize;
    this.#scale = scale;
    this.#maxSize = scale === 1 ? this.#limit : this.#scaled(scale);
    return this.#maxSize;
  }

  /** Rounded up, so that the proportions stay and no side becomes smaller than its part. */
  #scaled(scale: number): PixelSize {
    const { width, height } = this.#displaySize;
    return { width: Math.ceil(width * scale), height: Math.ceil(height * scale) };
  }
}

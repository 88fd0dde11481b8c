import type { FrameShape, PixelSize } from '@elsewhere/engine';
import { fitted, isSideways } from '@elsewhere/engine/internal';

/** The size to which a track's frames are scaled: what the caller allows, or a part of it. */
export class FrameScaling {
  #shape: FrameShape | undefined;
  #limit: PixelSize | undefined;
  #size: PixelSize = { width: 0, height: 0 };
  #scale = 1;
  #maxSize: PixelSize | undefined;

  /** The frame's size at scale 1, as stored. */
  get size(): PixelSize {
    return this.#size;
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
    const { width, height, rotation } = shape;
    const before = this.#shape;
    const isKnown = width === before?.width && height === before.height && rotation === before.rotation;
    if (isKnown && limit === this.#limit) return;
    this.#shape = shape;
    this.#limit = limit;
    this.#size = fitted(shape, limit);
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
    const [width, height] = [Math.ceil(this.#size.width * scale), Math.ceil(this.#size.height * scale)];
    return isSideways(this.#shape?.rotation ?? 0) ? { width: height, height: width } : { width, height };
  }
}

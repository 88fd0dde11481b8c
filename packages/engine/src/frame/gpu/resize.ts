import { Binding } from '../../gpu/binding.js';
import { groups, Kernel } from '../../gpu/kernel.js';
import type { Texture } from '../../gpu/memory.js';
import type { YuvColor } from '../color-space.js';
import type { Rotation } from '../frame.js';
import type { Rectangle } from '../rectangle.js';
import { type Flip, UPRIGHT } from './source.js';

/** How a {@link GpuResizer} works. */
export interface Resizing {
  /** Whether only each 2x2 pixels have a chroma of their own, in the target, too. Default false. */
  readonly isSubsampled?: boolean;
  /** Degrees clockwise by which the source is turned first. Default 0. */
  readonly turn?: Rotation;
  /** Whether the target is filled with copies, side by side. Default false. */
  readonly repeats?: boolean;
  /** What is beside the picture. Default: nothing is. */
  readonly outside?: YuvColor;
}

/** Makes pictures, or parts of them, smaller or larger. Runs once a frame. */
export class GpuResizer {
  readonly #kernel: Binding<'frame/gpu/resize'>;
  readonly #target: Texture;

  /**
   * @param device - Where they lie.
   * @param target - Receives them.
   * @param resizing - How.
   */
  constructor(device: GPUDevice, target: Texture, resizing: Resizing = {}) {
    const { isSubsampled = false, turn = 0, repeats = false, outside } = resizing;
    const constants = {
      CHROMA: isSubsampled ? 2 : 1,
      TURN: turn,
      REPEATS: Number(repeats),
      ...(outside && { OUTSIDE_Y: outside.y, OUTSIDE_U: outside.u, OUTSIDE_V: outside.v }),
    };
    this.#kernel = new Binding(new Kernel(device, 'frame/gpu/resize', { constants }));
    this.#target = target;
  }

  /**
   * Fills the target.
   *
   * @param pass - Where.
   * @param source - The picture.
   * @param part - Which part of it, in pixels as it is turned; may be fractional. Default: all of it.
   * @param place - Where that goes to. Default: all of the target.
   * @param flip - What is exchanged on the way. Default: nothing.
   */
  encode(
    pass: GPUComputePassEncoder,
    source: Texture,
    part: Rectangle = whole(source),
    place: Rectangle = whole(this.#target),
    flip: Flip = UPRIGHT,
  ): void {
    this.#kernel.kernel.write({
      part: [part.x, part.y, part.width, part.height],
      destination: [place.x, place.y, place.width, place.height],
      flipX: Number(flip.x),
      flipY: Number(flip.y),
    });
    const { width, height, view } = this.#target;
    this.#kernel.to(source.view, view).run(pass, groups(width, 8), groups(height, 8));
  }

  /** Gives the memory back. */
  dispose(): void {
    this.#kernel.dispose();
  }
}

function whole({ width, height }: Texture): Rectangle {
  return { x: 0, y: 0, width, height };
}

import { Binding } from '../../gpu/binding.js';
import { groups, Kernel } from '../../gpu/kernel.js';
import type { Texture } from '../../gpu/memory.js';
import type { YuvColor } from '../color-space.js';
import type { Rectangle, Rotation } from '../frame.js';
import { type Flip, UPRIGHT } from './source.js';

/** How a {@link GpuResizer} works. */
export interface Resizing {
  /** Whether chroma is subsampled 2x2, in the target, too. Default false. */
  readonly isSubsampled?: boolean;
  /** Degrees clockwise by which the source is rotated first. Default 0. */
  readonly turn?: Rotation;
  /** Whether the target is tiled with copies. Default false. */
  readonly repeats?: boolean;
  /** The colour beside the part. Default: there is none. */
  readonly outside?: YuvColor;
}

/** Scales textures, or parts of them. Runs once a frame. */
export class GpuResizer {
  readonly #kernel: Binding<'frame/gpu/resize'>;
  readonly #target: Texture;

  /**
   * @param device - The device.
   * @param target - Receives the result.
   * @param resizing - Options.
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
   * Encodes the scaling; it fills the target.
   *
   * @param pass - Where it is encoded.
   * @param source - The source.
   * @param part - A part of the rotated source, in pixels; may be fractional. Default: all of it.
   * @param place - Where it goes in the target. Default: all of it.
   * @param flip - Which sides are exchanged. Default: none.
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

  /** Frees the memory. */
  dispose(): void {
    this.#kernel.dispose();
  }
}

function whole({ width, height }: Texture): Rectangle {
  return { x: 0, y: 0, width, height };
}

import type { Kernels } from '../kernels/kernels.js';
import type { Block } from '../kernels/memory.js';
import { resampleScratch } from '../kernels/scratch.js';
import { type Frame, type FrameShape, type PixelSize, pixelAspectOf } from './frame.js';
import { FrameMemory, type PlaneMemory } from './frame-memory.js';
import { resizePlane } from './resize.js';
import { isSideways } from './rotation.js';

const PLANES = ['y', 'u', 'v'] as const;

/** Imports frames into the kernels' memory: scaled down and mirrored where asked for. */
export class FrameImporter {
  /** The frame as it is processed. */
  readonly frame: FrameMemory;
  readonly #kernels: Kernels;
  /** The frame at its own size, if it is scaled down. */
  readonly #whole: FrameMemory | undefined;
  readonly #scratch: Block | undefined;

  /**
   * @param kernels - The kernels, in whose memory it works.
   * @param shape - Size, colour space and rotation of the frames.
   * @param maxSize - The largest size, as displayed.
   */
  constructor(kernels: Kernels, shape: FrameShape, maxSize: PixelSize | undefined) {
    const size = fitted(shape, maxSize);
    this.#kernels = kernels;
    this.frame = new FrameMemory(kernels, { ...shape, ...size }, 'I420');
    if (size.width === shape.width && size.height === shape.height) return;
    this.#whole = new FrameMemory(kernels, shape, 'I420');
    this.#scratch = kernels.memory.allocate(resampleScratch(shape.width, size.width, size.height));
  }

  /**
   * Imports a frame.
   *
   * @param frame - A frame of that shape.
   * @param mirror - Whether left and right are exchanged, as displayed.
   */
  write(frame: Frame, mirror: boolean): void {
    (this.#whole ?? this.frame).write(frame);
    for (const name of PLANES) {
      const plane = this.frame[name];
      if (this.#whole) resizePlane(this.#kernels, this.#whole[name], plane.descriptor, this.#scratch);
      if (mirror) this.#mirror(plane);
    }
  }

  /** Frees the memory. */
  dispose(): void {
    this.frame.dispose();
    this.#whole?.dispose();
    this.#scratch?.free();
  }

  #mirror({ descriptor }: PlaneMemory): void {
    const { exports } = this.#kernels;
    // Left and right as displayed are top and bottom of a frame that is stored sideways.
    if (isSideways(this.frame.rotation)) exports.turnOver(descriptor);
    else exports.mirror(descriptor);
  }
}

/**
 * The size of a frame as displayed: upright, with square pixels as high as its own.
 *
 * @returns The size in pixels; may be fractional.
 */
export function displaySizeOf(
  frame: Pick<FrameShape, 'width' | 'height' | 'rotation' | 'pixelAspectRatio'>,
): PixelSize {
  const { height, rotation } = frame;
  const width = frame.width * pixelAspectOf(frame);
  return isSideways(rotation) ? { width: height, height: width } : { width, height };
}

/**
 * The size to which a frame is scaled down.
 *
 * @param frame - The frame.
 * @param maxSize - The largest size, as displayed; none: the frame's own.
 * @returns The size as stored: the frame's own where that is small enough, else even sides in its proportions.
 */
export function fitted(frame: FrameShape, maxSize: PixelSize | undefined): PixelSize {
  const { width, height } = frame;
  if (!maxSize) return { width, height };
  const shown = displaySizeOf(frame);
  const scale = Math.min(maxSize.width / shown.width, maxSize.height / shown.height);
  if (scale >= 1) return { width, height };
  const side = (length: number) => Math.max(2, 2 * Math.round((length * scale) / 2));
  return { width: side(width), height: side(height) };
}

import type { FrameMemory } from '../frame/frame-memory.js';
import type { Kernels } from '../kernels/kernels.js';
import type { Block } from '../kernels/memory.js';
import { coefficientsScratch, matteScratch } from '../kernels/scratch.js';
import type { Thumbnail } from '../segmentation/thumbnail.js';
import { GUIDED, POST_CURVE, PRE_CURVE } from './constants.js';
import type { Matte } from './matte.js';

const FLOAT = Float32Array.BYTES_PER_ELEMENT;

/** What the guided filter works on: float planes of half the thumbnail's size, rounded up. */
interface HalfGrid {
  readonly width: number;
  readonly height: number;
  /** The guide, in sample units. */
  readonly y: Block;
  readonly u: Block;
  readonly v: Block;
  /** What is to be filtered, 0..1. */
  readonly p: Block;
}

/**
 * Brings a small map to the frame's size with edges from the frame itself: the fast guided filter (He and Sun 2015),
 * its coefficients on a coarse grid, applied to the frame's own colours, between two contrast curves.
 */
export class GuidedUpsampler {
  readonly #kernels: Kernels;
  /** The map after the contrast curve, then at half size with its guide. */
  readonly #curved: Block;
  readonly #half: HalfGrid;
  readonly #coefficients: Block;
  readonly #scratch: Block;

  /**
   * @param kernels - Whose memory to work in.
   * @param thumbnail - Of the size to come.
   * @param frame - Of the size to come.
   */
  constructor(
    kernels: Kernels,
    { width, height }: Pick<Thumbnail, 'width' | 'height'>,
    frame: Pick<FrameMemory, 'width'>,
  ) {
    const halfWidth = (width + 1) >> 1;
    const halfHeight = (height + 1) >> 1;
    const allocate = (bytes: number) => kernels.memory.allocate(bytes);
    const half = () => allocate(halfWidth * halfHeight * FLOAT);
    this.#kernels = kernels;
    this.#curved = allocate(width * height * FLOAT);
    this.#half = { width: halfWidth, height: halfHeight, y: half(), u: half(), v: half(), p: half() };
    this.#coefficients = allocate(halfWidth * halfHeight * 4 * FLOAT);
    this.#scratch = allocate(
      Math.max(coefficientsScratch(halfWidth, halfHeight, GUIDED.radius), matteScratch(frame.width)),
    );
  }

  /**
   * Makes the matte.
   *
   * @param map - The confidence, of the thumbnail's size.
   * @param thumbnail - The picture that it belongs to.
   * @param frame - The frame that the thumbnail was taken of.
   * @param matte - Its mixture receives the matte.
   */
  run(map: Block, thumbnail: Thumbnail, frame: FrameMemory, { mixture, tiles }: Matte): void {
    const { exports } = this.#kernels;
    const scratch = this.#scratch.pointer;
    const curved = this.#curved.pointer;
    const { width, height } = thumbnail;
    exports.curve(map.pointer, curved, width * height, PRE_CURVE.low, PRE_CURVE.high);

    const half = this.#half;
    const [y, u, v, p] = [half.y.pointer, half.u.pointer, half.v.pointer, half.p.pointer];
    exports.halve(thumbnail.y.pointer, width, height, y);
    exports.halve(thumbnail.u.pointer, width, height, u);
    exports.halve(thumbnail.v.pointer, width, height, v);
    exports.halve(curved, width, height, p);
    const { radius, epsilon } = GUIDED;
    const coefficients = this.#coefficients.pointer;
    exports.coefficients(y, u, v, p, half.width, half.height, radius, epsilon, coefficients, scratch);

    // An odd thumbnail's last cells reach half a cell out of the frame.
    const gridWidth = (frame.width * half.width * 2) / width;
    const gridHeight = (frame.height * half.height * 2) / height;
    exports.classify(
      p,
      half.width,
      half.height,
      frame.width,
      frame.height,
      0,
      0,
      gridWidth,
      gridHeight,
      2 * radius, // a cell's value goes one window far into the coefficients, and another into their mean
      tiles.pointer,
    );
    exports.matte(
      frame.y.pointer,
      frame.u.pointer,
      frame.v.pointer,
      frame.y.stride,
      frame.u.stride,
      frame.width,
      frame.height,
      coefficients,
      half.width,
      half.height,
      0,
      0,
      gridWidth,
      gridHeight,
      tiles.pointer,
      POST_CURVE.low,
      POST_CURVE.high,
      mixture.pointer,
      mixture.stride,
      scratch,
    );
  }

  /** Gives the memory back. */
  dispose(): void {
    const { y, u, v, p } = this.#half;
    for (const block of [this.#curved, this.#coefficients, this.#scratch, y, u, v, p]) block.free();
  }
}

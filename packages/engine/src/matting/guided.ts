import type { FrameMemory } from '../frame/frame-memory.js';
import type { Kernels } from '../kernels/kernels.js';
import type { Block } from '../kernels/memory.js';
import { coefficientsScratch, matteScratch } from '../kernels/scratch.js';
import type { Grid } from '../segmentation/region.js';
import { EDGE_FALLBACK, GUIDED, POST_CURVE, PRE_CURVE } from './constants.js';
import type { Matte } from './matte.js';

const FLOAT = Float32Array.BYTES_PER_ELEMENT;

/** The guide of the guided filter: float planes of one size, in sample units. */
export interface Guide extends Grid {
  readonly y: Block;
  readonly u: Block;
  readonly v: Block;
}

/** The grid of the guided filter: float planes of half the thumbnail's size, rounded up. */
interface HalfGrid {
  /** The guide, in sample units. */
  readonly y: Block;
  readonly u: Block;
  readonly v: Block;
  /** The values to be filtered, 0..1. */
  readonly p: Block;
}

/**
 * Upsamples a map to the frame's size with edges from the frame itself: the fast guided filter (He and Sun 2015), with
 * coefficients on a coarse grid that are applied to the frame's own colours, between two contrast curves.
 */
export class GuidedUpsampler {
  readonly #kernels: Kernels;
  /** The map after the contrast curve, then at half size with its guide. */
  readonly #curved: Block;
  readonly #half: HalfGrid;
  readonly #coefficients: Block;
  readonly #scratch: Block;

  /**
   * @param kernels - The kernels, in whose memory it works.
   * @param capacity - The largest guide, in cells.
   * @param frame - A frame of the same size.
   */
  constructor(
    kernels: Kernels,
    { width, height }: Pick<Guide, 'width' | 'height'>,
    frame: Pick<FrameMemory, 'width'>,
  ) {
    const [halfWidth, halfHeight] = [half(width), half(height)];
    const allocate = (bytes: number) => kernels.memory.allocate(bytes);
    const plane = () => allocate(halfWidth * halfHeight * FLOAT);
    this.#kernels = kernels;
    this.#curved = allocate(width * height * FLOAT);
    this.#half = { y: plane(), u: plane(), v: plane(), p: plane() };
    this.#coefficients = allocate(halfWidth * halfHeight * 4 * FLOAT);
    this.#scratch = allocate(
      Math.max(coefficientsScratch(halfWidth, halfHeight, GUIDED.radius), matteScratch(frame.width)),
    );
  }

  /**
   * Computes the matte.
   *
   * @param map - The confidence, of the guide's size.
   * @param guide - The thumbnail that it belongs to.
   * @param frame - The frame of the guide.
   * @param matte - Its mixture receives the matte.
   */
  run(map: Block, guide: Guide, frame: FrameMemory, matte: Matte): void {
    const { exports, arguments: structs } = this.#kernels;
    const scratch = this.#scratch.pointer;
    const curved = this.#curved.pointer;
    const { width, height, region } = guide;
    const [halfWidth, halfHeight] = [half(width), half(height)];
    exports.curve(map.pointer, curved, width * height, PRE_CURVE.low, PRE_CURVE.high);

    const { y, u, v, p } = this.#half;
    exports.halve(guide.y.pointer, width, height, y.pointer);
    exports.halve(guide.u.pointer, width, height, u.pointer);
    exports.halve(guide.v.pointer, width, height, v.pointer);
    exports.halve(curved, width, height, p.pointer);
    const { radius, epsilon } = GUIDED;
    const coefficients = this.#coefficients.pointer;
    const halfGuide = structs.guide({ y, u, v, width: halfWidth, height: halfHeight });
    const fallback = structs.edgeFallback.write(EDGE_FALLBACK);
    exports.coefficients(halfGuide, p.pointer, radius, epsilon, fallback, coefficients, scratch);

    const grid = structs.grid({
      width: halfWidth,
      height: halfHeight,
      // The last cells of an odd guide extend half a cell beyond the region.
      region: {
        x: region.x,
        y: region.y,
        width: (region.width * halfWidth * 2) / width,
        height: (region.height * halfHeight * 2) / height,
      },
    });
    // A cell's value goes one window far into the coefficients, and another into their mean.
    exports.classify(p.pointer, grid, matte.descriptor, 2 * radius);
    const { low, high } = POST_CURVE;
    exports.matte(frame.descriptor, coefficients, grid, matte.descriptor, low, high, scratch);
  }

  /** Frees the memory. */
  dispose(): void {
    const { y, u, v, p } = this.#half;
    for (const block of [this.#curved, this.#coefficients, this.#scratch, y, u, v, p]) block.free();
  }
}

function half(length: number): number {
  return (length + 1) >> 1;
}

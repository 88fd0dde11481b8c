import type { FrameMemory } from '../frame/frame-memory.js';
import type { Kernels } from '../kernels/kernels.js';
import type { Block } from '../kernels/memory.js';
import { coefficientsScratch, matteScratch, motionScratch } from '../kernels/scratch.js';
import type { SegmentationStage } from '../segmentation/cpu.js';
import { CUT_DIFFERENCE, GUIDED, HARD_THRESHOLD, POST_CURVE, PRE_CURVE, TEMPORAL } from './constants.js';
import { Matte } from './matte.js';

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
 * Confidence map to matte. The network's map is small and a little restless: a temporal filter that trusts it only
 * where the picture moves calms it, and a guided filter takes the edges from the frame itself.
 */
export class MattingStage {
  readonly matte: Matte;
  readonly #kernels: Kernels;
  readonly #segmentation: SegmentationStage;
  /** The luma that the state belongs to. */
  readonly #previous: Block;
  readonly #motion: Block;
  /** The confidence over time. */
  readonly #state: Block;
  /** The state after the contrast curve, then at half size with its guide. */
  readonly #curved: Block;
  readonly #half: HalfGrid;
  readonly #coefficients: Block;
  readonly #scratch: Block;
  #hasState = false;

  /**
   * @param kernels - Whose memory to work in.
   * @param segmentation - The stage before.
   * @param frame - A frame of the size to come.
   */
  constructor(kernels: Kernels, segmentation: SegmentationStage, frame: FrameMemory) {
    const { width, height } = segmentation.thumbnail;
    const halfWidth = (width + 1) >> 1;
    const halfHeight = (height + 1) >> 1;
    const allocate = (bytes: number) => kernels.memory.allocate(bytes);
    const full = () => allocate(width * height * FLOAT);
    const half = () => allocate(halfWidth * halfHeight * FLOAT);
    this.#kernels = kernels;
    this.#segmentation = segmentation;
    this.matte = new Matte(kernels, frame.width, frame.height);
    this.#previous = full();
    this.#motion = full();
    this.#state = full();
    this.#curved = full();
    this.#half = { width: halfWidth, height: halfHeight, y: half(), u: half(), v: half(), p: half() };
    this.#coefficients = allocate(halfWidth * halfHeight * 4 * FLOAT);
    this.#scratch = allocate(
      Math.max(
        motionScratch(width, height),
        coefficientsScratch(halfWidth, halfHeight, GUIDED.radius),
        matteScratch(frame.width),
      ),
    );
  }

  /**
   * Makes the matte of the frame that was just segmented.
   *
   * @param frame - That frame.
   * @returns Whether the picture is another scene than the one before, so that the temporal state began anew.
   */
  run(frame: FrameMemory): boolean {
    const isCut = this.#follow();
    this.#refine(frame);
    return isCut;
  }

  /** Makes a matte without soft edges and without memory, straight from the confidence. */
  runHard({ width, height }: FrameMemory): void {
    const { thumbnail, confidence } = this.#segmentation;
    const { alpha, tiles } = this.matte;
    this.#kernels.exports.hardMask(
      confidence.pointer,
      thumbnail.width,
      thumbnail.height,
      width,
      height,
      0,
      0,
      width,
      height,
      HARD_THRESHOLD,
      alpha.pointer,
      alpha.stride,
      tiles.pointer,
    );
  }

  /** Forgets everything about earlier frames. */
  reset(): void {
    this.#hasState = false;
  }

  /** Gives the memory back. */
  dispose(): void {
    this.matte.dispose();
    const { y, u, v, p } = this.#half;
    const blocks = [
      this.#previous,
      this.#motion,
      this.#state,
      this.#curved,
      this.#coefficients,
      this.#scratch,
    ];
    for (const block of [...blocks, y, u, v, p]) block.free();
  }

  /** Lets the state follow the confidence, or begin with it. */
  #follow(): boolean {
    const { exports } = this.#kernels;
    const { thumbnail, confidence } = this.#segmentation;
    const { width, height, y } = thumbnail;
    let isCut = false;
    if (this.#hasState) {
      const [previous, motion] = [this.#previous.pointer, this.#motion.pointer];
      const difference = exports.motion(y.pointer, previous, motion, width, height, this.#scratch.pointer);
      isCut = difference > CUT_DIFFERENCE;
    }
    if (this.#hasState && !isCut) {
      const { floor, low, high } = TEMPORAL;
      const [state, motion] = [this.#state.pointer, this.#motion.pointer];
      exports.temporal(confidence.pointer, motion, state, width * height, floor, low, high);
    } else {
      this.#state.f32.set(confidence.f32);
    }
    this.#previous.f32.set(y.f32);
    this.#hasState = true;
    return isCut;
  }

  /** Contrast, guided filter, contrast. */
  #refine(frame: FrameMemory): void {
    const { exports } = this.#kernels;
    const { thumbnail } = this.#segmentation;
    const { alpha, tiles } = this.matte;
    const scratch = this.#scratch.pointer;
    const curved = this.#curved.pointer;
    const [width, height] = [thumbnail.width, thumbnail.height];
    exports.curve(this.#state.pointer, curved, width * height, PRE_CURVE.low, PRE_CURVE.high);

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
      alpha.pointer,
      alpha.stride,
      scratch,
    );
  }
}

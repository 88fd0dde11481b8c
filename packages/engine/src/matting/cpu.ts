import type { FrameMemory } from '../frame/frame-memory.js';
import type { Kernels } from '../kernels/kernels.js';
import type { SegmentationStage } from '../segmentation/cpu.js';
import { HARD_THRESHOLD } from './constants.js';
import { GuidedUpsampler } from './guided.js';
import { Matte } from './matte.js';
import { EdgeSoftener, softRadius } from './softness.js';
import { TemporalFilter } from './temporal.js';

/**
 * Confidence map to matte. The network's map is small and a little restless: a temporal filter calms it, and a guided
 * filter takes the edges from the frame itself.
 */
export class MattingStage {
  readonly matte: Matte;
  readonly #kernels: Kernels;
  readonly #segmentation: SegmentationStage;
  readonly #temporal: TemporalFilter;
  readonly #guided: GuidedUpsampler;
  readonly #softener: EdgeSoftener | undefined;

  /**
   * @param kernels - Whose memory to work in.
   * @param segmentation - The stage before.
   * @param frame - A frame of the size to come.
   * @param softness - How much softer than they are the edges are shown, 0..1.
   */
  constructor(kernels: Kernels, segmentation: SegmentationStage, frame: FrameMemory, softness: number) {
    const radius = softRadius(softness, Math.min(frame.width, frame.height));
    this.#kernels = kernels;
    this.#segmentation = segmentation;
    this.matte = new Matte(kernels, frame.width, frame.height, radius > 0);
    this.#temporal = new TemporalFilter(kernels, segmentation.thumbnail);
    this.#guided = new GuidedUpsampler(kernels, segmentation.thumbnail, frame);
    this.#softener = radius > 0 ? new EdgeSoftener(kernels, frame, radius) : undefined;
  }

  /**
   * Makes the matte of the frame that was just segmented.
   *
   * @param frame - That frame.
   * @returns Whether the picture is another scene than the one before, so that the temporal state began anew.
   */
  run(frame: FrameMemory): boolean {
    const { thumbnail, confidence } = this.#segmentation;
    const isCut = this.#temporal.follow(thumbnail, confidence);
    this.#guided.run(this.#temporal.state, thumbnail, frame, this.matte);
    this.#softener?.run(this.matte);
    return isCut;
  }

  /** Makes a matte without soft edges and without memory, straight from the confidence. */
  runHard({ width, height }: FrameMemory): void {
    const { thumbnail, confidence } = this.#segmentation;
    const { mixture, tiles } = this.matte;
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
      mixture.pointer,
      mixture.stride,
      tiles.pointer,
    );
    this.#softener?.run(this.matte);
  }

  /** Forgets everything about earlier frames. */
  reset(): void {
    this.#temporal.reset();
  }

  /** Gives the memory back. */
  dispose(): void {
    for (const each of [this.matte, this.#temporal, this.#guided, this.#softener]) each?.dispose();
  }
}

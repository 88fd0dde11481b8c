import type { FrameMemory } from '../frame/frame-memory.js';
import type { Kernels } from '../kernels/kernels.js';
import type { Block } from '../kernels/memory.js';
import type { SegmentationStage } from '../segmentation/cpu.js';
import { ColorModels } from './colors.js';
import { HARD_THRESHOLD } from './constants.js';
import { GuidedUpsampler } from './guided.js';
import { IslandFilter } from './islands.js';
import { Matte } from './matte.js';
import { EdgeSoftener, softReach } from './softness.js';
import { SteadyFilter } from './steady.js';
import { TemporalFilter } from './temporal.js';

/** A step of matting that can be left out. */
export type MattingRefinement = 'temporal' | 'colors' | 'islands' | 'steady';

/** How a {@link MattingStage} works. */
export interface MattingOptions {
  /** How much softer the edges become, 0..1. */
  readonly softness: number;
  /** Refinements to leave out; others than those of matting are ignored. */
  readonly without: readonly string[];
}

/**
 * Confidence map to matte, on the CPU. The map is small, fluctuates and is uncertain in places: a temporal filter stabilises it,
 * colour models of person and camera background decide where it is uncertain, and a guided filter takes the edges from the
 * frame itself. Where nothing moves, the matte is filtered once more at full size.
 */
export class MattingStage {
  readonly matte: Matte;
  readonly #kernels: Kernels;
  readonly #segmentation: SegmentationStage;
  readonly #without: readonly string[];
  readonly #temporal: TemporalFilter;
  readonly #colors: ColorModels;
  readonly #islands: IslandFilter;
  readonly #guided: GuidedUpsampler;
  readonly #steady: SteadyFilter;
  /** The map between the temporal filter and the guided one. */
  readonly #map: Block;
  readonly #softener: EdgeSoftener | undefined;

  /**
   * @param kernels - The kernels, in whose memory it works.
   * @param segmentation - The previous stage.
   * @param frame - A frame of the same size.
   * @param options - Options.
   */
  constructor(
    kernels: Kernels,
    segmentation: SegmentationStage,
    frame: FrameMemory,
    { softness, without }: MattingOptions,
  ) {
    const { capacity } = segmentation;
    const reach = softReach(softness, frame);
    this.#kernels = kernels;
    this.#segmentation = segmentation;
    this.#without = without;
    this.matte = new Matte(kernels, frame.width, frame.height, reach !== undefined);
    this.#temporal = new TemporalFilter(kernels, capacity);
    this.#colors = new ColorModels(kernels);
    this.#islands = new IslandFilter(kernels, capacity);
    this.#guided = new GuidedUpsampler(kernels, capacity, frame);
    this.#steady = new SteadyFilter(kernels, this.matte);
    this.#softener = reach && new EdgeSoftener(kernels, frame, reach);
    this.#map = kernels.memory.allocate(this.#temporal.state.bytes);
  }

  /**
   * Computes the matte of the frame that was just segmented.
   *
   * @param frame - That frame.
   * @returns Whether the frame is the first of a new scene, so that the temporal state was reset.
   */
  run(frame: FrameMemory): boolean {
    const { thumbnail, confidence, isFresh } = this.#segmentation;
    const remembers = this.#uses('temporal');
    if (!remembers) this.#temporal.reset();
    // The confidence of the previous frame must not count twice.
    const isNewScene = this.#temporal.follow(thumbnail, isFresh || !remembers ? confidence : undefined);
    if (isNewScene) this.#colors.reset();
    const { state, reference, activity } = this.#temporal;
    if (this.#uses('colors')) this.#colors.run(state, reference, this.#map);
    else this.#map.f32.set(state.f32);
    if (this.#uses('islands')) this.#islands.run(this.#map, reference, state);
    this.#guided.run(this.#map, reference, frame, this.matte);
    if (this.#uses('steady')) this.#steady.follow(this.matte, activity, reference);
    this.#softener?.run(this.matte);
    return isNewScene;
  }

  /** Computes a matte without soft edges and temporal filter, directly from the confidence map. */
  runHard(): void {
    const { thumbnail, confidence } = this.#segmentation;
    const { exports, arguments: structs } = this.#kernels;
    const grid = structs.grid(thumbnail);
    exports.hardMask(confidence.pointer, grid, HARD_THRESHOLD, this.matte.descriptor);
    this.#softener?.run(this.matte);
  }

  /** Forgets all earlier frames. */
  reset(): void {
    this.#temporal.reset();
    this.#colors.reset();
  }

  /** Frees the memory. */
  dispose(): void {
    const parts = [this.#temporal, this.#colors, this.#islands, this.#guided, this.#steady, this.#softener];
    for (const each of [this.matte, ...parts]) each?.dispose();
    this.#map.free();
  }

  #uses(refinement: MattingRefinement): boolean {
    return !this.#without.includes(refinement);
  }
}

import type { FrameMemory } from '../frame/frame-memory.js';
import type { Kernels } from '../kernels/kernels.js';
import type { Block } from '../kernels/memory.js';
import type { SegmentationStage } from '../segmentation/cpu.js';
import { ColorModels } from './colors.js';
import { HARD_THRESHOLD } from './constants.js';
import { GuidedUpsampler } from './guided.js';
import { IslandFilter } from './islands.js';
import { Matte } from './matte.js';
import { SteadyFilter } from './steady.js';
import { TemporalFilter } from './temporal.js';

/**
 * Confidence map to matte. The network's map is small, a little restless and unsure at places: a temporal filter calms
 * it, the colours of person and room decide where it is unsure, and a guided filter takes the edges from the frame
 * itself; where nothing moves, the matte is calmed once more at full size.
 */
export class MattingStage {
  readonly matte: Matte;
  readonly #kernels: Kernels;
  readonly #segmentation: SegmentationStage;
  readonly #temporal: TemporalFilter;
  readonly #colors: ColorModels;
  readonly #islands: IslandFilter;
  readonly #guided: GuidedUpsampler;
  readonly #steady: SteadyFilter;
  /** The map on its way from the temporal filter to the guided one. */
  readonly #map: Block;

  /**
   * @param kernels - Whose memory to work in.
   * @param segmentation - The stage before.
   * @param frame - A frame of the size to come.
   */
  constructor(kernels: Kernels, segmentation: SegmentationStage, frame: FrameMemory) {
    const { capacity } = segmentation;
    this.#kernels = kernels;
    this.#segmentation = segmentation;
    this.matte = new Matte(kernels, frame.width, frame.height);
    this.#temporal = new TemporalFilter(kernels, capacity);
    this.#colors = new ColorModels(kernels);
    this.#islands = new IslandFilter(kernels, capacity);
    this.#guided = new GuidedUpsampler(kernels, capacity, frame);
    this.#steady = new SteadyFilter(kernels, this.matte);
    this.#map = kernels.memory.allocate(this.#temporal.state.bytes);
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
    if (isCut) this.#colors.reset();
    const { state, picture, activity } = this.#temporal;
    this.#colors.run(state, picture, this.#map);
    this.#islands.run(this.#map, picture);
    this.#guided.run(this.#map, picture, frame, this.matte);
    this.#steady.follow(this.matte, activity, picture);
    return isCut;
  }

  /** Makes a matte without soft edges and without memory, straight from the confidence. */
  runHard({ width, height }: FrameMemory): void {
    const { thumbnail, confidence } = this.#segmentation;
    const { region } = thumbnail;
    const { alpha, tiles } = this.matte;
    this.#kernels.exports.hardMask(
      confidence.pointer,
      thumbnail.width,
      thumbnail.height,
      width,
      height,
      region.x,
      region.y,
      region.width,
      region.height,
      HARD_THRESHOLD,
      alpha.pointer,
      alpha.stride,
      tiles.pointer,
    );
  }

  /** Forgets everything about earlier frames. */
  reset(): void {
    this.#temporal.reset();
    this.#colors.reset();
  }

  /** Gives the memory back. */
  dispose(): void {
    const { matte } = this;
    const stages = [this.#temporal, this.#colors, this.#islands, this.#guided, this.#steady];
    for (const each of [matte, ...stages]) each.dispose();
    this.#map.free();
  }
}

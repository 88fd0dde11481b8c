import type { Rotation } from '../frame/frame.js';
import type { FrameMemory } from '../frame/frame-memory.js';
import type { Kernels } from '../kernels/kernels.js';
import type { Block } from '../kernels/memory.js';
import { LONGEST_REST } from './constants.js';
import { NetworkRunner } from './network-runner.js';
import { type Quality, runsBothNetworks, runsMirrored, usesRegions } from './quality.js';
import { isSame } from './region.js';
import { RoiScheduler } from './roi-scheduler.js';
import type { Segmentation, Segmenter } from './segmenter.js';
import type { Thumbnail } from './thumbnail.js';

/** What a {@link SegmentationStage} looks with. */
export interface SegmentationOptions {
  readonly segmenter: Segmenter;
  /** The square network for regions; without it the whole frame is looked at. */
  readonly closeSegmenter: Segmenter | undefined;
  /** Take the most likely class, not its probability, where the model has classes. */
  readonly hard: boolean;
}

/**
 * Frame to confidence map. Looks at the whole frame first, then closely at the region where people are, with the network
 * that suits the region; see {@link selectRoi}. The map is a grid over `thumbnail.region`, and there is nobody outside.
 */
export class SegmentationStage {
  readonly #options: SegmentationOptions;
  readonly #landscape: NetworkRunner;
  /** Only looks where the quality asks for it. */
  readonly #square: NetworkRunner | undefined;
  readonly #scheduler: RoiScheduler;
  #quality: Quality;
  /** Whether anything was found since all was forgotten. */
  #hasFound = false;
  #isFresh = true;

  /**
   * @param kernels - Whose memory to work in.
   * @param options - What to look with.
   * @param quality - How closely to look at first.
   * @param frame - A frame of the size and rotation to come.
   */
  constructor(kernels: Kernels, options: SegmentationOptions, quality: Quality, frame: FrameMemory) {
    const { segmenter, closeSegmenter } = options;
    this.#options = options;
    this.#quality = quality;
    this.#landscape = new NetworkRunner(kernels, segmenter, frame);
    this.#square = closeSegmenter && new NetworkRunner(kernels, closeSegmenter, frame);
    this.#scheduler = new RoiScheduler(kernels, frame, this.capacity);
  }

  /** How closely to look at the next frame. */
  set quality(quality: Quality) {
    if (usesRegions(quality) !== usesRegions(this.#quality)) this.#scheduler.reset();
    this.#quality = quality;
  }

  /** Whether the confidence was found in the frame that was looked at last; else it is the one before's. */
  get isFresh(): boolean {
    return this.#isFresh;
  }

  /** What the network saw, as stored. */
  get thumbnail(): Thumbnail {
    return this.#lead.thumbnail;
  }

  /** What is to be kept, 0..1, as stored; of the thumbnail's size. */
  get confidence(): Block {
    return this.#lead.confidence;
  }

  /** What the network found, upright. */
  get found(): Segmentation {
    return this.#lead.found;
  }

  /** How many cells wide and high thumbnail and confidence can get. */
  get capacity(): { readonly width: number; readonly height: number } {
    const { thumbnail: a } = this.#landscape;
    const { thumbnail: b } = this.#square ?? this.#landscape;
    return { width: Math.max(a.width, b.width), height: Math.max(a.height, b.height) };
  }

  /** {@link NetworkRunner.turnBack} of the network that was looking. */
  turnBack(upright: Float32Array | Uint8Array, rotation: Rotation, stored: Float32Array | Uint8Array): void {
    this.#lead.turnBack(upright, rotation, stored);
  }

  /**
   * Takes the picture of a frame that the network is to see.
   *
   * @param frame - The frame.
   * @param passed - Microseconds since the frame before. Default: nothing is known of one.
   */
  look(frame: FrameMemory, passed = Number.POSITIVE_INFINITY): void {
    // On every second frame the network rests: the matte is made of its picture all the same.
    const mayRest = this.#quality === 'lowest' && this.#hasFound && passed <= LONGEST_REST;
    this.#isFresh = !(mayRest && this.#isFresh);
    const { region } = this.#scheduler.choose();
    if (this.#isFresh) this.#lead.look(frame, region);
    else this.#lead.thumbnail.take(frame, region);
  }

  /**
   * Finds the people in the frame that was looked at.
   *
   * @param frame - That frame.
   * @throws {@link EngineError} `SEGMENTATION_FAILED` if the network gives numbers that are none: they would stay in the
   * temporal filter.
   */
  async find(frame: FrameMemory): Promise<void> {
    if (!this.#isFresh) return;
    const square = usesRegions(this.#quality) ? this.#square : undefined;
    if (square) await this.#findPeople(frame, square);
    else await this.#landscape.find(frame.rotation, this.#options.hard);
    this.#hasFound = true;
  }

  /** Forgets everything about earlier frames. */
  reset(): void {
    this.#scheduler.reset();
    this.#hasFound = false;
  }

  /** Gives the memory back; the segmenters are the pipeline's. */
  dispose(): void {
    for (const each of [this.#landscape, this.#square, this.#scheduler]) each?.dispose();
  }

  /** The runner whose map is the result. */
  get #lead(): NetworkRunner {
    const scheduler = this.#scheduler;
    const square = scheduler.hasCollapsed ? undefined : this.#square;
    return square && (runsBothNetworks(this.#quality) || scheduler.selection?.network === 'square')
      ? square
      : this.#landscape;
  }

  async #findPeople(frame: FrameMemory, square: NetworkRunner): Promise<void> {
    const scheduler = this.#scheduler;
    const knew = scheduler.knows;
    if (!scheduler.isSurveyDue()) {
      await this.#findInRoi(frame, square);
      if (scheduler.follow(this.#lead) || !knew) return;
    }
    if (!(await this.#survey(frame, square))) return;
    await this.#findAgain(frame, square);
    if (scheduler.detectCollapse(this.#lead)) await this.#findAgain(frame, square);
    scheduler.follow(this.#lead);
  }

  /** Looks at the whole frame with both networks. */
  async #survey(frame: FrameMemory, square: NetworkRunner): Promise<boolean> {
    for (const runner of [square, this.#landscape]) {
      runner.look(frame, this.#scheduler.whole);
      await runner.find(frame.rotation, this.#options.hard);
    }
    return this.#scheduler.survey(square, this.#landscape);
  }

  /** Looks at the people whom the survey found. */
  async #findAgain(frame: FrameMemory, square: NetworkRunner): Promise<void> {
    const { region } = this.#scheduler.choose();
    // The whole frame is what the landscape network has just seen.
    if (this.#lead === this.#landscape && isSame(region, this.#scheduler.whole)) return;
    this.#lead.look(frame, region);
    await this.#findInRoi(frame, square);
  }

  async #findInRoi(frame: FrameMemory, square: NetworkRunner): Promise<void> {
    await this.#lead.find(frame.rotation, this.#options.hard, runsMirrored(this.#quality));
    if (runsBothNetworks(this.#quality) && !this.#scheduler.hasCollapsed)
      await this.#addLandscape(frame, square);
  }

  /** The landscape network's opinion besides the square one's. */
  async #addLandscape(frame: FrameMemory, square: NetworkRunner): Promise<void> {
    const { network, region } = this.#scheduler.selection ?? this.#scheduler.choose();
    this.#landscape.look(frame, region);
    await this.#landscape.find(frame.rotation, this.#options.hard, runsMirrored(this.#quality));
    this.#scheduler.fuse(square, this.#landscape, network);
  }
}

import type { Rotation } from '../frame/frame.js';
import type { FrameMemory } from '../frame/frame-memory.js';
import type { Kernels } from '../kernels/kernels.js';
import type { Block } from '../kernels/memory.js';
import type { Search } from './closer-look.js';
import { NetworkRunner } from './network-runner.js';
import type { Quality } from './quality.js';
import { isSame } from './region.js';
import { RoiScheduler } from './roi-scheduler.js';
import type { Segmentation, Segmenter } from './segmenter.js';
import type { Thumbnail } from './thumbnail.js';

/** The networks of a {@link SegmentationStage}. */
export interface SegmentationOptions {
  readonly segmenter: Segmenter;
  /** The square network for the ROI; without it the landscape network always gets the whole frame. */
  readonly closeSegmenter: Segmenter | undefined;
  /** Take the most likely class, not its probability, where the model has classes. */
  readonly hard: boolean;
  /** How thoroughly small people are looked for. */
  readonly search: Search;
}

/**
 * Frame to confidence map, on the CPU. The map is a grid over `thumbnail.region`; outside of it the confidence is 0. A survey
 * and the networks on the ROI that it finds run within one frame.
 */
export class SegmentationStage {
  readonly #hard: boolean;
  readonly #landscape: NetworkRunner;
  readonly #square: NetworkRunner | undefined;
  readonly #scheduler: RoiScheduler;
  readonly #kernels: Kernels;
  readonly #segmenters: Pick<SegmentationOptions, 'segmenter' | 'closeSegmenter'>;
  /** The same networks for closer looks: the result of the frame must stay. */
  #closer: { readonly square: NetworkRunner; readonly landscape: NetworkRunner } | undefined;

  /**
   * @param kernels - The kernels, in whose memory it works.
   * @param options - The networks.
   * @param quality - Of the first frame.
   * @param frame - A frame of the size and rotation to come.
   */
  constructor(kernels: Kernels, options: SegmentationOptions, quality: Quality, frame: FrameMemory) {
    const { segmenter, closeSegmenter, hard, search } = options;
    this.#hard = hard;
    this.#kernels = kernels;
    this.#segmenters = { segmenter, closeSegmenter };
    this.#landscape = new NetworkRunner(kernels, segmenter, frame);
    this.#square = closeSegmenter && new NetworkRunner(kernels, closeSegmenter, frame);
    this.#scheduler = new RoiScheduler(kernels, frame, this.capacity, {
      quality,
      hasSquare: closeSegmenter !== undefined,
      leadWithoutRoi: 'square',
      search,
    });
  }

  /** Sets the quality of the next frame. */
  setQuality(quality: Quality): void {
    this.#scheduler.setQuality(quality);
  }

  /** Whether the confidence map belongs to the last frame; otherwise it is that of an earlier one. */
  get isFresh(): boolean {
    return this.#scheduler.isFresh;
  }

  /** The network's input, as stored. */
  get thumbnail(): Thumbnail {
    return this.#lead.thumbnail;
  }

  /** What is to be kept, 0..1, as stored; of the thumbnail's size. */
  get confidence(): Block {
    return this.#lead.confidence;
  }

  /** The network's output, upright. */
  get found(): Segmentation {
    return this.#lead.found;
  }

  /** The largest thumbnail and confidence map, in cells. */
  get capacity(): { readonly width: number; readonly height: number } {
    const { thumbnail: a } = this.#landscape;
    const { thumbnail: b } = this.#square ?? this.#landscape;
    return { width: Math.max(a.width, b.width), height: Math.max(a.height, b.height) };
  }

  /** {@link NetworkRunner.turnBack} of the leading network. */
  turnBack(upright: Float32Array | Uint8Array, rotation: Rotation, stored: Float32Array | Uint8Array): void {
    this.#lead.turnBack(upright, rotation, stored);
  }

  /**
   * Takes the leading network's input from a frame.
   *
   * @param frame - The frame.
   * @param elapsed - Microseconds since the previous frame; infinity if there is none.
   */
  takeInput(frame: FrameMemory, elapsed: number): void {
    const region = this.#scheduler.begin(elapsed);
    if (this.isFresh) this.#lead.take(frame, region);
    else this.#lead.thumbnail.take(frame, region);
  }

  /**
   * Runs the networks on the frame whose input was taken.
   *
   * @param frame - That frame.
   * @throws {@link EngineError} `SEGMENTATION_FAILED` if a network's output has non-finite values: they would stay in the
   * temporal filter.
   */
  async run(frame: FrameMemory): Promise<void> {
    if (!this.isFresh) return;
    if (this.#square && this.#scheduler.usesRoi) {
      await this.#runOnRoi(frame, this.#square);
      if (await this.#lookCloser(frame)) await this.#runAfterSurvey(frame, this.#square);
    } else await this.#landscape.run(frame.rotation, this.#hard);
  }

  /** Forgets all earlier frames. */
  reset(): void {
    this.#scheduler.reset();
  }

  /** Frees the memory; the segmenters belong to the backend. */
  dispose(): void {
    for (const each of [this.#landscape, this.#square, this.#scheduler]) each?.dispose();
    this.#closer?.square.dispose();
    this.#closer?.landscape.dispose();
  }

  get #lead(): NetworkRunner {
    return this.#square && this.#scheduler.lead === 'square' ? this.#square : this.#landscape;
  }

  async #runOnRoi(frame: FrameMemory, square: NetworkRunner): Promise<void> {
    const scheduler = this.#scheduler;
    const hadRoi = scheduler.hasRoi;
    if (!scheduler.isSurveyDue()) {
      await this.#runOnSelection(frame, square);
      if (scheduler.follow(this.#lead) || !hadRoi) return;
    }
    if (!(await this.#survey(frame, square))) return;
    await this.#runAfterSurvey(frame, square);
    if (scheduler.detectCollapse(this.#lead)) await this.#runAfterSurvey(frame, square);
    scheduler.follow(this.#lead);
  }

  /** Runs both networks on the whole frame. Returns whether they find anybody. */
  async #survey(frame: FrameMemory, square: NetworkRunner): Promise<boolean> {
    for (const runner of [square, this.#landscape]) {
      runner.take(frame, this.#scheduler.whole);
      await runner.run(frame.rotation, this.#hard);
    }
    return this.#scheduler.survey(square, this.#landscape);
  }

  /** Looks for small people in parts of the frame, where they are due. Returns whether somebody was found. */
  async #lookCloser(frame: FrameMemory): Promise<boolean> {
    const scheduler = this.#scheduler;
    while (scheduler.isLookDue) {
      const { square, landscape } = this.#openCloser(frame);
      square.take(frame, scheduler.lookRegion);
      await square.run(frame.rotation, this.#hard);
      if (!scheduler.suspects(square)) continue;
      landscape.take(frame, scheduler.lookRegion);
      await landscape.run(frame.rotation, this.#hard);
      if (scheduler.learn(square, landscape)) return true;
    }
    return false;
  }

  #openCloser(frame: FrameMemory) {
    const { segmenter, closeSegmenter = segmenter } = this.#segmenters;
    this.#closer ??= this.#kernels.memory.allOrNothing(() => ({
      square: new NetworkRunner(this.#kernels, closeSegmenter, frame),
      landscape: new NetworkRunner(this.#kernels, segmenter, frame),
    }));
    return this.#closer;
  }

  /** Runs the networks on the ROI of a survey. */
  async #runAfterSurvey(frame: FrameMemory, square: NetworkRunner): Promise<void> {
    const { region } = this.#scheduler.select();
    // The landscape network's output for the whole frame is known already.
    if (this.#lead === this.#landscape && isSame(region, this.#scheduler.whole)) return;
    this.#lead.take(frame, region);
    await this.#runOnSelection(frame, square);
  }

  async #runOnSelection(frame: FrameMemory, square: NetworkRunner): Promise<void> {
    const scheduler = this.#scheduler;
    await this.#lead.run(frame.rotation, this.#hard, scheduler.runsMirrored);
    if (!scheduler.fuses) return;
    const { network, region } = scheduler.selection ?? scheduler.select();
    this.#landscape.take(frame, region);
    await this.#landscape.run(frame.rotation, this.#hard, scheduler.runsMirrored);
    scheduler.fuse(square, this.#landscape, network);
  }
}

import type { Rotation } from '../frame/frame.js';
import type { FrameMemory } from '../frame/frame-memory.js';
import { isSideways } from '../frame/rotation.js';
import type { Kernels } from '../kernels/kernels.js';
import type { Block } from '../kernels/memory.js';
import { LONGEST_REST, REGION, VIEW } from './constants.js';
import { PeopleFinder } from './people.js';
import { coverage, evenly, isSame, type Region, wholeOf, widen } from './region.js';
import { remap } from './remap.js';
import type { Segmentation, Segmenter } from './segmenter.js';
import type { Thumbnail } from './thumbnail.js';
import { RegionTracker } from './tracker.js';
import { chooseView, type Network, type View } from './view.js';
import { Viewer } from './viewer.js';

/** How closely to look: see {@link PipelineOptions.quality}. */
export type Quality = 'light' | 'fast' | 'balanced' | 'best';

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
 * that suits the region; see {@link chooseView}. The map is a grid over `thumbnail.region`, and there is nobody outside.
 */
export class SegmentationStage {
  readonly #kernels: Kernels;
  readonly #options: SegmentationOptions;
  readonly #whole: Region;
  readonly #sideways: boolean;
  readonly #landscape: Viewer;
  /** Only looks where the quality asks for it. */
  readonly #square: Viewer | undefined;
  readonly #people: PeopleFinder;
  readonly #tracker: RegionTracker;
  /** The landscape network's map in the square one's grid. */
  readonly #remapped: Block | undefined;
  #view: View | undefined;
  /** Whether people fill the frame. */
  #fills = false;
  /** Frames until the whole frame is looked at again. */
  #untilSurvey = 0;
  /** The square network has lost the person: the landscape one takes its place until the next look at the whole frame. */
  #hasCollapsed = false;
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
    this.#kernels = kernels;
    this.#options = options;
    this.#quality = quality;
    this.#whole = wholeOf(frame);
    this.#sideways = isSideways(frame.rotation);
    this.#tracker = new RegionTracker(frame);
    this.#landscape = new Viewer(kernels, segmenter, frame);
    this.#square = closeSegmenter && new Viewer(kernels, closeSegmenter, frame);
    this.#people = new PeopleFinder(kernels, this.capacity);
    this.#remapped = this.#square && kernels.memory.allocate(this.#square.confidence.bytes);
  }

  /** How closely to look at the next frame. */
  set quality(quality: Quality) {
    if (looksAtRegions(quality) !== looksAtRegions(this.#quality)) this.#forgetRegion();
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

  /** {@link Viewer.turnBack} of the network that was looking. */
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
    const mayRest = this.#quality === 'light' && this.#hasFound && passed <= LONGEST_REST;
    this.#isFresh = !(mayRest && this.#isFresh);
    const { region } = this.#choose();
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
    const square = looksAtRegions(this.#quality) ? this.#square : undefined;
    if (square) await this.#findPeople(frame, square);
    else await this.#landscape.find(frame.rotation, this.#options.hard);
    this.#hasFound = true;
  }

  async #findPeople(frame: FrameMemory, square: Viewer): Promise<void> {
    const people = this.#people;
    const knewWhere = this.#tracker.region !== undefined;
    this.#untilSurvey--;
    if (this.#untilSurvey > 0) {
      await this.#findInView(frame, square);
      if (people.box) this.#tracker.follow(people.box, people.touches);
      if (people.box || !knewWhere) return;
    }
    await this.#survey(frame, square);
    if (!people.box) return;
    if (!knewWhere) this.#view = undefined;
    const { area } = people;
    await this.#findAgain(frame, square);
    if (people.area < REGION.collapsed * area && this.#view?.network === 'square') {
      this.#hasCollapsed = true;
      await this.#findAgain(frame, square);
    }
    if (people.box) this.#tracker.follow(people.box, people.touches);
  }

  /** Forgets everything about earlier frames. */
  reset(): void {
    this.#forgetRegion();
    this.#hasFound = false;
  }

  #forgetRegion(): void {
    this.#tracker.lose();
    this.#untilSurvey = 0;
    this.#hasCollapsed = false;
    this.#fills = false;
    this.#view = undefined;
  }

  /** Gives the memory back; the segmenters are the pipeline's. */
  dispose(): void {
    for (const each of [this.#landscape, this.#square, this.#people]) each?.dispose();
    this.#remapped?.free();
  }

  /** The viewer whose map is the result. */
  get #lead(): Viewer {
    const square = this.#hasCollapsed ? undefined : this.#square;
    return square && (this.#quality === 'best' || this.#view?.network === 'square')
      ? square
      : this.#landscape;
  }

  #choose(): View {
    const view = chooseView(this.#tracker.region, this.#fills, this.#whole, this.#sideways, this.#view);
    this.#view =
      this.#hasCollapsed && view.network === 'square' ? { network: 'landscape', region: view.region } : view;
    return this.#view;
  }

  /**
   * Looks at the whole frame with both networks: people are where the two together see them. What only one of them sees
   * (a sofa, say) does not make people fill the frame.
   */
  async #survey(frame: FrameMemory, square: Viewer): Promise<void> {
    this.#untilSurvey = REGION.interval;
    const people = this.#people;
    let squareArea = 0;
    this.#fills = true;
    for (const viewer of [square, this.#landscape]) {
      viewer.look(frame, this.#whole);
      await viewer.find(frame.rotation, this.#options.hard);
      people.find(viewer);
      this.#fills &&= people.box !== undefined && this.#doesFill(people.box);
      if (viewer === square) squareArea = people.area;
    }
    this.#hasCollapsed = squareArea < REGION.blind * people.area;
    if (!this.#hasCollapsed) {
      this.#join(square, undefined);
      people.find(square);
    }
    if (people.box) {
      this.#tracker.include(people.box);
      return;
    }
    this.#tracker.lose();
    this.#view = { network: 'landscape', region: this.#whole };
  }

  #doesFill(box: Region): boolean {
    return coverage(widen(box, evenly(REGION.margin), this.#whole), this.#whole) >= VIEW.fills;
  }

  /** Looks at the people whom the survey found. */
  async #findAgain(frame: FrameMemory, square: Viewer): Promise<void> {
    const { region } = this.#choose();
    // The whole frame is what the landscape network has just seen.
    if (this.#lead === this.#landscape && isSame(region, this.#whole)) {
      this.#people.find(this.#landscape);
      return;
    }
    this.#lead.look(frame, region);
    await this.#findInView(frame, square);
  }

  async #findInView(frame: FrameMemory, square: Viewer): Promise<void> {
    await this.#lead.find(frame.rotation, this.#options.hard, this.#quality === 'best');
    if (this.#quality === 'best' && !this.#hasCollapsed) await this.#ask(frame, square);
    this.#people.find(this.#lead);
  }

  /** The landscape network's opinion besides the square one's. */
  async #ask(frame: FrameMemory, square: Viewer): Promise<void> {
    const { network, region } = this.#view ?? this.#choose();
    this.#landscape.look(frame, region);
    await this.#landscape.find(frame.rotation, this.#options.hard, true);
    this.#join(square, network);
  }

  /** Makes one map of what both networks found, in the square one's. The opinion of a `leader` counts more. */
  #join({ thumbnail, confidence }: Viewer, leader: Network | undefined): void {
    const remapped = this.#remapped;
    if (!remapped) return;
    const { thumbnail: from, confidence: map } = this.#landscape;
    remap(this.#kernels, map, from, remapped, thumbnail, 0);
    const { pointer } = confidence;
    const [first, second] =
      leader === 'landscape' ? [remapped.pointer, pointer] : [pointer, remapped.pointer];
    const cells = thumbnail.width * thumbnail.height;
    this.#kernels.exports.agree(first, second, pointer, cells, leader ? 1 : 0, VIEW.doubt);
  }
}

function looksAtRegions(quality: Quality): boolean {
  return quality === 'balanced' || quality === 'best';
}

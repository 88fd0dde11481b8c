import type { FrameShape } from '../frame/frame.js';
import { isSideways } from '../frame/rotation.js';
import type { Kernels } from '../kernels/kernels.js';
import type { Block } from '../kernels/memory.js';
import { FUSION, REGION, SELECTION } from './constants.js';
import { type ConfidenceMap, PersonDetector } from './person-detection.js';
import { coverage, evenly, type Grid, type Region, wholeOf, widen } from './region.js';
import { remap } from './remap.js';
import { type Network, type RoiSelection, selectRoi } from './roi-selection.js';
import { RoiTracker } from './roi-tracker.js';

/**
 * Keeps watch on where people are: learns it from maps of the whole frame and of the region around them, and tells which
 * network is to look at what. It only reads maps; who makes them, and when, is the stage's business.
 */
export class RoiScheduler {
  /** The whole frame. */
  readonly whole: Region;
  readonly #kernels: Kernels;
  readonly #sideways: boolean;
  readonly #detector: PersonDetector;
  readonly #tracker: RoiTracker;
  /** The landscape network's map in the square one's grid. */
  readonly #remapped: Block;
  #selection: RoiSelection | undefined;
  /** Whether people fill the frame. */
  #fills = false;
  /** Frames until the whole frame is looked at again. */
  #untilSurvey = 0;
  /** The square network has lost the person: the landscape one takes its place until the next look at the whole frame. */
  #hasCollapsed = false;
  /** How much of the frame people covered in the last look at the whole of it. */
  #surveyed = 0;

  /**
   * @param kernels - Whose memory to work in.
   * @param frame - The frame's size and rotation.
   * @param capacity - How many cells wide and high maps can get.
   */
  constructor(
    kernels: Kernels,
    frame: Pick<FrameShape, 'width' | 'height' | 'rotation'>,
    capacity: Pick<Grid, 'width' | 'height'>,
  ) {
    this.whole = wholeOf(frame);
    this.#kernels = kernels;
    this.#sideways = isSideways(frame.rotation);
    this.#detector = new PersonDetector(kernels, capacity);
    this.#tracker = new RoiTracker(frame);
    this.#remapped = kernels.memory.allocate(
      capacity.width * capacity.height * Float32Array.BYTES_PER_ELEMENT,
    );
  }

  /** Whether it is known where people are. */
  get knows(): boolean {
    return this.#tracker.region !== undefined;
  }

  /** Whether the square network has lost the person. */
  get hasCollapsed(): boolean {
    return this.#hasCollapsed;
  }

  /** What was chosen last. */
  get selection(): RoiSelection | undefined {
    return this.#selection;
  }

  /** What to look at, and with which network. */
  choose(): RoiSelection {
    const selection = selectRoi(
      this.#tracker.region,
      this.#fills,
      this.whole,
      this.#sideways,
      this.#selection,
    );
    this.#selection =
      this.#hasCollapsed && selection.network === 'square'
        ? { network: 'landscape', region: selection.region }
        : selection;
    return this.#selection;
  }

  /** Counts a frame, and tells whether it is time to look at the whole of it again. */
  isSurveyDue(): boolean {
    this.#untilSurvey--;
    return this.#untilSurvey <= 0;
  }

  /**
   * Takes in a look at the whole frame with both networks: people are where the two together see them. What only one of them
   * sees (a sofa, say) does not make people fill the frame.
   *
   * @param square - What the square network found; receives what both found.
   * @param landscape - What the landscape network found.
   * @returns Whether there is anybody.
   */
  survey(square: ConfidenceMap, landscape: ConfidenceMap): boolean {
    this.#untilSurvey = REGION.interval;
    const detector = this.#detector;
    const knew = this.knows;
    detector.find(square);
    const squareArea = detector.area;
    this.#fills = this.#doesFill();
    detector.find(landscape);
    this.#fills &&= this.#doesFill();
    this.#hasCollapsed = squareArea < REGION.blind * detector.area;
    if (!this.#hasCollapsed) {
      this.fuse(square, landscape, undefined);
      detector.find(square);
    }
    this.#surveyed = detector.area;
    if (!detector.box) {
      this.#tracker.lose();
      this.#selection = { network: 'landscape', region: this.whole };
      return false;
    }
    this.#tracker.include(detector.box);
    if (!knew) this.#selection = undefined;
    return true;
  }

  /**
   * Takes in what was found in the view.
   *
   * @param map - What the leading network found.
   * @returns Whether there is anybody.
   */
  follow(map: ConfidenceMap): boolean {
    const detector = this.#detector;
    detector.find(map);
    if (!detector.box) return false;
    this.#tracker.follow(detector.box, detector.touches);
    return true;
  }

  /**
   * Compares what the square network finds in the region with what was seen of the whole frame. Where it has lost the person
   * the landscape network takes its place.
   *
   * @param map - What was found in the region.
   * @returns Whether that is so.
   */
  detectCollapse(map: ConfidenceMap): boolean {
    this.#detector.find(map);
    if (this.#selection?.network !== 'square' || this.#detector.area >= REGION.collapsed * this.#surveyed)
      return false;
    this.#hasCollapsed = true;
    return true;
  }

  /** Makes one map of what both networks found, in the square one's. The opinion of a `leader` counts more. */
  fuse(square: ConfidenceMap, landscape: ConfidenceMap, leader: Network | undefined): void {
    const { thumbnail, confidence } = square;
    remap(this.#kernels, landscape.confidence, landscape.thumbnail, this.#remapped, thumbnail, 0);
    const [own, other] = [confidence.pointer, this.#remapped.pointer];
    const [first, second] = leader === 'landscape' ? [other, own] : [own, other];
    const cells = thumbnail.width * thumbnail.height;
    this.#kernels.exports.agree(first, second, own, cells, leader !== undefined, FUSION.doubt);
  }

  /** Forgets where people are. */
  reset(): void {
    this.#tracker.lose();
    this.#untilSurvey = 0;
    this.#hasCollapsed = false;
    this.#fills = false;
    this.#selection = undefined;
  }

  /** Gives the memory back. */
  dispose(): void {
    this.#detector.dispose();
    this.#remapped.free();
  }

  #doesFill(): boolean {
    const { box } = this.#detector;
    return (
      box !== undefined &&
      coverage(widen(box, evenly(REGION.margin), this.whole), this.whole) >= SELECTION.fills
    );
  }
}

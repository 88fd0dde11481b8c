import { type FrameShape, pixelAspectOf } from '../frame/frame.js';
import { isSideways } from '../frame/rotation.js';
import type { Kernels } from '../kernels/kernels.js';
import type { Block } from '../kernels/memory.js';
import { CloserLook, type Search } from './closer-look.js';
import { CLOSER, FUSION, LONGEST_REST, REGION, SELECTION } from './constants.js';
import { type ConfidenceMap, PersonDetector } from './person-detection.js';
import { type Quality, runsBothNetworks, runsMirrored, usesRegions } from './quality.js';
import { coverage, evenly, type Grid, isSame, type Region, wholeOf, widen } from './region.js';
import { remap } from './remap.js';
import { type Network, type RoiSelection, selectRoi } from './roi-selection.js';
import { RoiTracker } from './roi-tracker.js';

/** How a {@link RoiScheduler} is made. */
export interface RoiSchedulerOptions {
  /** Of the first frame. */
  readonly quality: Quality;
  /** Whether there is a square network; without it the landscape network always gets the whole frame. */
  readonly hasSquare: boolean;
  /**
   * Whose map is the result while the ROI is unknown and both networks run. A backend that surveys within the frame needs
   * the square network's, which receives the fused survey; one that learns of surveys later uses the landscape network's.
   */
  readonly leadWithoutRoi: Network;
  /** How thoroughly small people are looked for. */
  readonly search: Search;
}

/**
 * Decides which networks run on which region of each frame: the segmentation policy of both backends. It follows people by
 * the confidence maps that it is given; the backends decide how and when maps are computed.
 */
export class RoiScheduler {
  /** The whole frame. */
  readonly whole: Region;
  readonly #kernels: Kernels;
  readonly #sideways: boolean;
  readonly #pixelAspect: number;
  readonly #options: RoiSchedulerOptions;
  readonly #detector: PersonDetector;
  readonly #tracker: RoiTracker;
  /** The landscape network's map in the square one's grid. */
  readonly #remapped: Block;
  #quality: Quality;
  #selection: RoiSelection | undefined;
  /** Whether a confidence map was computed since the last reset. */
  #hasMap = false;
  #isFresh = true;
  /** Whether people fill the frame. */
  #fills = false;
  /** Frames until the next survey of the whole frame. */
  #untilSurvey = 0;
  /** The square network has lost the person: the landscape network replaces it until the next survey. */
  #hasCollapsed = false;
  /** The area that people covered in the last survey, in luma pixels. */
  #surveyed = 0;
  readonly #look: CloserLook;
  /** Whether the last survey has found somebody for sure. */
  #isSure = false;
  /** Whether the ROI is where a closer look has found somebody: surveys do not see them. */
  #isClose = false;

  /**
   * @param kernels - In whose memory the maps lie.
   * @param frame - The frame's size, rotation and pixel aspect ratio.
   * @param capacity - The largest map, in cells.
   * @param options - Quality and networks.
   */
  constructor(
    kernels: Kernels,
    frame: Pick<FrameShape, 'width' | 'height' | 'rotation' | 'pixelAspectRatio'>,
    capacity: Pick<Grid, 'width' | 'height'>,
    options: RoiSchedulerOptions,
  ) {
    this.whole = wholeOf(frame);
    this.#kernels = kernels;
    this.#sideways = isSideways(frame.rotation);
    this.#pixelAspect = pixelAspectOf(frame);
    this.#options = options;
    this.#quality = options.quality;
    this.#detector = new PersonDetector(kernels, capacity);
    this.#tracker = new RoiTracker(frame);
    this.#look = new CloserLook(frame, options.search);
    this.#remapped = kernels.memory.allocate(
      capacity.width * capacity.height * Float32Array.BYTES_PER_ELEMENT,
    );
  }

  /**
   * Sets the quality of the next frame.
   *
   * @returns Whether that drops the ROI, because it uses none or begins to use one.
   */
  setQuality(quality: Quality): boolean {
    const drops = usesRegions(quality) !== usesRegions(this.#quality);
    if (drops) this.#forgetRoi();
    this.#quality = quality;
    return drops;
  }

  /**
   * Begins a frame.
   *
   * @param elapsed - Microseconds since the previous frame; infinity if there is none.
   * @returns Which region becomes the input of the {@link RoiScheduler.lead | leading network}.
   */
  begin(elapsed: number): Region {
    // With `lowest`, networks run on every second frame only; the others get a matte from their own pixels and the last map.
    const mayRest = this.#quality === 'lowest' && this.#hasMap && elapsed <= LONGEST_REST;
    this.#isFresh = !(mayRest && this.#isFresh);
    if (this.#isFresh) this.#hasMap = true;
    this.#look.begin(elapsed);
    return this.select().region;
  }

  /** Whether networks run on the current frame; otherwise the last confidence map is used once more. */
  get isFresh(): boolean {
    return this.#isFresh;
  }

  /** Whether networks run on the ROI instead of the whole frame. */
  get usesRoi(): boolean {
    return this.#options.hasSquare && usesRegions(this.#quality);
  }

  /** Whether each network also runs on its mirrored input. */
  get runsMirrored(): boolean {
    return this.usesRoi && runsMirrored(this.#quality);
  }

  /** Whether both networks run on the ROI and their outputs are fused. */
  get fuses(): boolean {
    return this.usesRoi && runsBothNetworks(this.#quality) && this.lead === 'square';
  }

  /** The network whose map is the result. */
  get lead(): Network {
    if (!this.#options.hasSquare || this.#hasCollapsed) return 'landscape';
    if (this.#selection?.network === 'square') return 'square';
    if (!runsBothNetworks(this.#quality)) return 'landscape';
    return this.hasRoi ? 'square' : this.#options.leadWithoutRoi;
  }

  /** Whether the ROI is known. */
  get hasRoi(): boolean {
    return this.#tracker.region !== undefined;
  }

  /** What {@link RoiScheduler.select} chose last. */
  get selection(): RoiSelection | undefined {
    return this.#selection;
  }

  /** Chooses the network that suits the ROI, and its region. */
  select(): RoiSelection {
    const selection = selectRoi(
      this.#tracker.region,
      this.#fills,
      this.whole,
      this.#sideways,
      this.#selection,
      this.#pixelAspect,
    );
    this.#selection =
      this.#hasCollapsed && selection.network === 'square'
        ? { network: 'landscape', region: selection.region }
        : selection;
    return this.#selection;
  }

  /** Counts a frame. Returns whether the whole frame is to be surveyed again. */
  isSurveyDue(): boolean {
    this.#untilSurvey--;
    return this.#untilSurvey <= 0;
  }

  /**
   * Takes in a survey: the outputs of both networks for the whole frame, fused. What only one of them takes for a person (a
   * sofa, for example) does not make people fill the frame.
   *
   * @param square - The square network's map; receives the fused one.
   * @param landscape - The landscape network's map.
   * @returns Whether the ROI is known now.
   */
  survey(square: ConfidenceMap, landscape: ConfidenceMap): boolean {
    this.#untilSurvey = REGION.interval;
    const detector = this.#detector;
    const hadRoi = this.hasRoi;
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
    this.#isSure = this.#hasCollapsed
      ? detector.meanOf(landscape) >= CLOSER.sureAlone
      : detector.meanOf(square) >= CLOSER.sure;
    if (this.#isClose && !this.#isSure) {
      this.#fills = false;
      this.#hasCollapsed = false;
      return true;
    }
    this.#isClose = false;
    this.#surveyed = detector.area;
    if (!detector.box) {
      this.#tracker.lose();
      this.#selection = { network: 'landscape', region: this.whole };
      return false;
    }
    this.#tracker.include(detector.box);
    if (!hadRoi) this.#selection = undefined;
    return true;
  }

  /**
   * Lets the ROI follow the people.
   *
   * @param map - The leading network's map of the ROI.
   * @returns Whether anybody was found.
   */
  follow(map: ConfidenceMap): boolean {
    const detector = this.#detector;
    // A map from before the closer look, of the whole frame.
    if (this.#isClose && isSame(map.thumbnail.region, this.whole)) return true;
    detector.find(map);
    if (!detector.box) {
      if (this.#isClose) this.#forgetRoi();
      return false;
    }
    this.#tracker.follow(detector.box, detector.touches);
    return true;
  }

  /**
   * Compares a map of the ROI with the last survey. If the square network has lost the person, the landscape network
   * replaces it until the next survey.
   *
   * @param map - The leading network's map.
   * @returns Whether that is the case.
   */
  detectCollapse(map: ConfidenceMap): boolean {
    this.#detector.find(map);
    if (this.#selection?.network !== 'square' || this.#detector.area >= REGION.collapsed * this.#surveyed)
      return false;
    this.#hasCollapsed = true;
    return true;
  }

  /** Whether a part of the frame is to be looked at closer, because no survey has found anybody for sure. */
  get isLookDue(): boolean {
    return this.usesRoi && !this.#isSure && !this.#isClose && this.#look.isDue;
  }

  /** What is to be looked at closer. */
  get lookRegion(): Region {
    return this.#look.region;
  }

  /**
   * Takes in what the square network sees there.
   *
   * @returns Whether the landscape network is to look, too; otherwise the look is over.
   */
  suspects(square: ConfidenceMap): boolean {
    this.#detector.find(square);
    const { share } = this.#detector;
    if (this.#look.isWorthwhile(share)) return true;
    this.#look.take({ square: share, landscape: 0, fused: 0, mean: 0, box: undefined });
    return false;
  }

  /**
   * Takes in what both networks see there.
   *
   * @param square - The square network's map; receives the fused one.
   * @param landscape - The landscape network's map.
   * @returns Whether somebody was found: the ROI is around them now.
   */
  learn(square: ConfidenceMap, landscape: ConfidenceMap): boolean {
    const detector = this.#detector;
    const shareOf = (map: ConfidenceMap) => {
      detector.find(map);
      return detector.share;
    };
    const shares = { square: shareOf(square), landscape: shareOf(landscape) };
    this.fuse(square, landscape, undefined);
    const fused = shareOf(square);
    const { box } = detector;
    const isFound = this.#look.take({ ...shares, fused, mean: detector.meanOf(square), box });
    if (!isFound || !box) return false;
    this.#forgetRoi();
    this.#isClose = true;
    this.#surveyed = 0;
    this.#untilSurvey = REGION.interval;
    this.#tracker.start(box);
    return true;
  }

  /** Fuses the outputs of both networks into the square network's map. A `leader` has the larger weight. */
  fuse(square: ConfidenceMap, landscape: ConfidenceMap, leader: Network | undefined): void {
    const { thumbnail, confidence } = square;
    remap(this.#kernels, landscape.confidence, landscape.thumbnail, this.#remapped, thumbnail, 0);
    const [own, other] = [confidence.pointer, this.#remapped.pointer];
    const [first, second] = leader === 'landscape' ? [other, own] : [own, other];
    const cells = thumbnail.width * thumbnail.height;
    this.#kernels.exports.fuse(first, second, own, cells, leader !== undefined, FUSION.doubt);
  }

  /** Forgets all earlier frames. */
  reset(): void {
    this.#forgetRoi();
    this.#look.reset();
    this.#hasMap = false;
  }

  /** Frees the memory. */
  dispose(): void {
    this.#detector.dispose();
    this.#remapped.free();
  }

  #forgetRoi(): void {
    this.#tracker.lose();
    this.#untilSurvey = 0;
    this.#hasCollapsed = false;
    this.#fills = false;
    this.#selection = undefined;
    this.#isSure = false;
    this.#isClose = false;
  }

  #doesFill(): boolean {
    const { box } = this.#detector;
    return (
      box !== undefined &&
      coverage(widen(box, evenly(REGION.margin), this.whole), this.whole) >= SELECTION.fills
    );
  }
}

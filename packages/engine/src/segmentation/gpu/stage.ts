import { EngineError } from '../../errors.js';
import type { FrameShape } from '../../frame/frame.js';
import type { Commands } from '../../gpu/commands.js';
import { type FrameTexture, storage } from '../../gpu/memory.js';
import { Readback } from '../../gpu/readback.js';
import type { Kernels } from '../../kernels/kernels.js';
import type { Block } from '../../kernels/memory.js';
import { LONGEST_REST } from '../constants.js';
import type { ConfidenceMap } from '../person-detection.js';
import { type Quality, runsBothNetworks, runsMirrored, usesRegions } from '../quality.js';
import type { Region } from '../region.js';
import { RoiScheduler } from '../roi-scheduler.js';
import type { Network } from '../roi-selection.js';
import { GpuFusion } from './fusion.js';
import { GpuNetworkRunner } from './network-runner.js';
import { GpuRemap } from './remap.js';
import type { GpuSegmenter } from './segmenter.js';
import type { GpuThumbnail } from './thumbnail.js';

/** What a {@link GpuSegmentationStage} looks with. */
export interface GpuSegmenters {
  /** The landscape network. */
  readonly segmenter: GpuSegmenter;
  /** The square network for regions; without it the whole frame is looked at. */
  readonly closeSegmenter: GpuSegmenter | undefined;
}

/** A runner, and its map where the watch on people can read it. */
interface Post {
  readonly runner: GpuNetworkRunner;
  readonly map: ConfidenceMap & { readonly confidence: Block; readonly thumbnail: { region: Region } };
  readonly readback: Readback<Note>;
}

/** What a map that comes back was made of. */
interface Note {
  readonly region: Region;
  /** How often all had been forgotten by then: what is older tells nothing. */
  readonly era: number;
}

/**
 * Frame to confidence map on the GPU: the CPU way's `SegmentationStage`. The maps stay there; a copy of them comes back a
 * frame or two later, and only then is it known where people are. Nobody waits for it: until then the view stays.
 */
export class GpuSegmentationStage {
  readonly #device: GPUDevice;
  readonly #kernels: Kernels;
  readonly #landscape: Post;
  readonly #square: Post | undefined;
  /** The same networks, looking at the whole frame from time to time. */
  readonly #survey: { readonly square: Post; readonly landscape: Post } | undefined;
  readonly #fusion: MapFusion | undefined;
  readonly #scheduler: RoiScheduler;
  readonly #segmenters: GpuSegmenters;
  /** Where faults of the networks are counted, and how many of them are known of. */
  readonly #faultCount: GPUBuffer;
  #faults = 0;
  readonly #faultsReadback: Readback;
  #quality: Quality;
  #region: Region;
  #era = 0;
  /** The maps of a survey that have come back. */
  #arrived = 0;
  /** `due`: nobody was found where they should be. `out`: its maps are on their way. */
  #surveying: 'no' | 'due' | 'out' = 'due';
  /** Whether what is found in the region is to be compared with the survey. */
  #compares = false;
  #hasFound = false;
  #isFresh = true;
  /** Whether any frame was looked at in the knowledge of where people are. */
  #hasKnown = false;
  #isFirstView = false;
  #isDisposed = false;

  /**
   * @param device - Where it runs.
   * @param kernels - In whose memory the copies of maps are read.
   * @param segmenters - What to look with; the pipeline's.
   * @param quality - How closely to look at first.
   * @param frame - What the frames are like.
   */
  constructor(
    device: GPUDevice,
    kernels: Kernels,
    segmenters: GpuSegmenters,
    quality: Quality,
    frame: FrameShape,
  ) {
    const { segmenter, closeSegmenter } = segmenters;
    this.#device = device;
    this.#kernels = kernels;
    this.#segmenters = segmenters;
    this.#quality = quality;
    this.#faultCount = storage(device, Uint32Array.BYTES_PER_ELEMENT, 'faults');
    const follow = (post: Post) => this.#follow(post.map);
    const survey = () => this.#learn();
    this.#landscape = this.#post(segmenter, frame, follow);
    if (closeSegmenter) {
      this.#square = this.#post(closeSegmenter, frame, follow);
      this.#survey = {
        square: this.#post(closeSegmenter, frame, survey),
        landscape: this.#post(segmenter, frame, survey),
      };
      this.#fusion = new MapFusion(device, this.#square.runner, this.#landscape.runner);
    }
    this.#scheduler = new RoiScheduler(kernels, frame, this.capacity);
    this.#region = this.#scheduler.whole;
    this.#faultsReadback = new Readback(device, Uint32Array.BYTES_PER_ELEMENT, (result) => {
      this.#faults = Math.max(this.#faults, new Uint32Array(result)[0] ?? 0);
    });
  }

  /** How closely to look at the next frame. */
  set quality(quality: Quality) {
    if (usesRegions(quality) !== usesRegions(this.#quality)) this.#forgetRegion();
    this.#quality = quality;
  }

  /** How many cells wide and high thumbnail and confidence can get. */
  get capacity(): { readonly width: number; readonly height: number } {
    const { thumbnail: a } = this.#landscape.runner;
    const { thumbnail: b } = (this.#square ?? this.#landscape).runner;
    return { width: Math.max(a.width, b.width), height: Math.max(a.height, b.height) };
  }

  /** What the network saw, as stored. */
  get thumbnail(): GpuThumbnail {
    return this.#lead.runner.thumbnail;
  }

  /** What was found, of the thumbnail's size; `undefined` where the network rested. */
  get confidence(): GPUBuffer | undefined {
    return this.#isFresh ? this.#lead.runner.confidence : undefined;
  }

  /**
   * Whether the last frame was the first one that was looked at in the knowledge of where people are. What was found before
   * is not worth keeping: the CPU way never shows it.
   */
  get isFirstView(): boolean {
    return this.#isFirstView;
  }

  /** How many numbers that are none the networks have given, as far as is known by now. */
  get faults(): number {
    return this.#faults;
  }

  /**
   * Finds people in a frame: runs the networks, and leaves the confidence to the commands that are submitted next.
   *
   * @param commands - Where.
   * @param frame - The frame.
   * @param passed - Microseconds since the frame before.
   */
  async find(commands: Commands, frame: FrameTexture, passed: number): Promise<void> {
    const quality = this.#quality;
    const mayRest = quality === 'lowest' && this.#hasFound && passed <= LONGEST_REST;
    this.#isFresh = !(mayRest && this.#isFresh);
    const isClose = usesRegions(quality) && this.#survey !== undefined;
    this.#isFirstView = isClose && this.#scheduler.knows && !this.#hasKnown;
    this.#hasKnown ||= this.#isFirstView;
    const region = isClose ? this.#scheduler.choose().region : this.#scheduler.whole;
    this.#region = region;
    const lead = this.#lead.runner;
    lead.take(commands.pass, frame, region);
    if (!this.#isFresh) return;
    this.#hasFound = true;
    const isMirrored = isClose && runsMirrored(quality);
    await this.#ask(commands, lead, isMirrored);
    const isFused = isClose && runsBothNetworks(quality) && lead === this.#square?.runner;
    if (isFused) {
      const { runner } = this.#landscape;
      runner.take(commands.pass, frame, region);
      await this.#ask(commands, runner, isMirrored);
    }
    const surveys = isClose && this.#surveyIsDue();
    if (surveys) await this.#look(commands, frame);
    lead.read(commands.pass);
    if (isFused) {
      this.#landscape.runner.read(commands.pass);
      this.#fusion?.encode(commands.pass, this.#scheduler.selection?.network);
    }
    if (surveys) {
      this.#survey?.square.runner.read(commands.pass);
      this.#survey?.landscape.runner.read(commands.pass);
    }
    this.#send(commands, isClose, surveys);
  }

  /** To be called when the commands have been submitted. */
  afterSubmit(): void {
    for (const post of this.#posts()) post.readback.afterSubmit();
    this.#faultsReadback.afterSubmit();
    this.#segmenters.segmenter.release();
    this.#segmenters.closeSegmenter?.release();
  }

  /** Forgets everything about earlier frames. */
  reset(): void {
    this.#forgetRegion();
    this.#hasFound = false;
    this.#faults = 0;
  }

  /** Gives the memory back; the segmenters are the pipeline's. A frame that is on its way ends when its network comes back. */
  dispose(): void {
    this.#isDisposed = true;
    this.#era++;
    for (const { runner, map, readback } of this.#posts()) {
      runner.dispose();
      readback.dispose();
      map.confidence.free();
    }
    this.#faultsReadback.dispose();
    this.#faultCount.destroy();
    this.#fusion?.dispose();
    this.#scheduler.dispose();
  }

  /** Whose map is the result. */
  get #lead(): Post {
    const scheduler = this.#scheduler;
    const square = usesRegions(this.#quality) && !scheduler.hasCollapsed ? this.#square : undefined;
    const isSquare =
      scheduler.selection?.network === 'square' || (runsBothNetworks(this.#quality) && scheduler.knows);
    return square && isSquare ? square : this.#landscape;
  }

  *#posts(): Iterable<Post> {
    yield this.#landscape;
    if (this.#square) yield this.#square;
    if (this.#survey) yield this.#survey.square;
    if (this.#survey) yield this.#survey.landscape;
  }

  #post(segmenter: GpuSegmenter, frame: FrameShape, arrived: (post: Post) => void): Post {
    const runner = new GpuNetworkRunner(this.#device, segmenter, frame, this.#faultCount);
    const { width, height, region } = runner.thumbnail;
    const bytes = width * height * Float32Array.BYTES_PER_ELEMENT;
    const confidence = this.#kernels.memory.allocate(bytes);
    const map = { confidence, thumbnail: { width, height, region } };
    const readback = new Readback<Note>(this.#device, bytes, (result, note) => {
      if (note.era !== this.#era) return;
      confidence.f32.set(new Float32Array(result));
      map.thumbnail.region = note.region;
      arrived(post);
    });
    const post = { runner, map, readback };
    return post;
  }

  /** Has a network look at what was taken, and, where asked for, at its mirror image. */
  async #ask(commands: Commands, runner: GpuNetworkRunner, isMirrored: boolean): Promise<void> {
    runner.show(commands.pass, false);
    commands.submit();
    await runner.run(false);
    this.#assertUsable();
    if (!isMirrored) return;
    runner.show(commands.pass, true);
    commands.submit();
    await runner.run(true);
    this.#assertUsable();
  }

  /** Commands on what was destroyed meanwhile would be errors of the device, on which others work, too. */
  #assertUsable(): void {
    if (this.#isDisposed) throw new EngineError('DISPOSED', 'This was disposed of while its network ran.');
  }

  #surveyIsDue(): boolean {
    const isDue = this.#scheduler.isSurveyDue() || this.#surveying === 'due';
    return isDue && this.#surveying !== 'out';
  }

  /** Looks at the whole frame with both networks. */
  async #look(commands: Commands, frame: FrameTexture): Promise<void> {
    if (!this.#survey) return;
    for (const { runner } of [this.#survey.square, this.#survey.landscape]) {
      runner.take(commands.pass, frame, this.#scheduler.whole);
      await this.#ask(commands, runner, false);
    }
  }

  /** Sends copies of the maps on their way. */
  #send({ encoder }: Commands, isClose: boolean, surveys: boolean): void {
    const { readback, runner } = this.#lead;
    this.#faultsReadback.encode(encoder, this.#faultCount, undefined);
    if (!isClose) return;
    const era = this.#era;
    readback.encode(encoder, this.confidence ?? runner.confidence, { region: this.#region, era });
    if (!surveys || !this.#survey) return;
    const note = { region: this.#scheduler.whole, era };
    const { square, landscape } = this.#survey;
    this.#arrived = 0;
    const isOut =
      square.readback.encode(encoder, square.runner.confidence, note) &&
      landscape.readback.encode(encoder, landscape.runner.confidence, note);
    this.#surveying = isOut ? 'out' : 'due';
  }

  /** A map of the region has come back. */
  #follow(map: ConfidenceMap): void {
    const isThere = this.#scheduler.follow(map);
    if (!isThere && this.#surveying === 'no') this.#surveying = 'due';
    if (isThere && this.#compares) this.#scheduler.detectCollapse(map);
    this.#compares = false;
  }

  /** A map of a survey has come back. */
  #learn(): void {
    this.#arrived++;
    if (this.#arrived < 2 || !this.#survey) return;
    this.#surveying = 'no';
    this.#compares = this.#scheduler.survey(this.#survey.square.map, this.#survey.landscape.map);
  }

  #forgetRegion(): void {
    this.#scheduler.reset();
    this.#hasKnown = false;
    this.#era++;
    this.#surveying = 'due';
    this.#compares = false;
  }
}

/** Makes one map of what both networks found in the same region, in the square one's. */
class MapFusion {
  readonly #square: GpuNetworkRunner;
  readonly #landscape: GpuNetworkRunner;
  readonly #remapped: GPUBuffer;
  readonly #remap: GpuRemap;
  readonly #fusion: GpuFusion;

  constructor(device: GPUDevice, square: GpuNetworkRunner, landscape: GpuNetworkRunner) {
    const { width, height } = square.thumbnail;
    this.#square = square;
    this.#landscape = landscape;
    this.#remapped = storage(device, width * height * Float32Array.BYTES_PER_ELEMENT, 'remapped');
    this.#remap = new GpuRemap(device, landscape.confidence, this.#remapped, 1);
    this.#fusion = new GpuFusion(device, square.confidence, this.#remapped);
  }

  /** The opinion of a `leader` counts more. */
  encode(pass: GPUComputePassEncoder, leader: Network | undefined): void {
    const { thumbnail } = this.#square;
    this.#remap.encode(pass, this.#landscape.thumbnail, thumbnail, 0);
    const first = leader && (leader === 'square' ? 'map' : 'other');
    this.#fusion.encode(pass, thumbnail.width * thumbnail.height, first);
  }

  dispose(): void {
    this.#remapped.destroy();
    this.#remap.dispose();
    this.#fusion.dispose();
  }
}

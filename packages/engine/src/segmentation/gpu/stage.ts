import { EngineError } from '../../errors.js';
import type { FrameShape } from '../../frame/frame.js';
import type { Commands } from '../../gpu/commands.js';
import { type FrameTexture, storage } from '../../gpu/memory.js';
import { Readback } from '../../gpu/readback.js';
import type { Kernels } from '../../kernels/kernels.js';
import type { Block } from '../../kernels/memory.js';
import type { Search } from '../closer-look.js';
import type { ConfidenceMap } from '../person-detection.js';
import type { Quality } from '../quality.js';
import { isSame, type Region } from '../region.js';
import { RoiScheduler } from '../roi-scheduler.js';
import type { Network } from '../roi-selection.js';
import { GpuFusion } from './fusion.js';
import { GpuNetworkRunner } from './network-runner.js';
import { GpuRemap } from './remap.js';
import type { GpuSegmenter } from './segmenter.js';
import type { GpuThumbnail } from './thumbnail.js';

/** The networks of a {@link GpuSegmentationStage}. */
export interface GpuSegmenters {
  /** The landscape network. */
  readonly segmenter: GpuSegmenter;
  /** The square network for the ROI; without it the landscape network always gets the whole frame. */
  readonly closeSegmenter: GpuSegmenter | undefined;
  /** How thoroughly small people are looked for. */
  readonly search: Search;
}

/** A network, and a copy of its map that the ROI scheduler can read. */
interface Source {
  readonly runner: GpuNetworkRunner;
  readonly map: ConfidenceMap & { readonly confidence: Block; readonly thumbnail: { region: Region } };
  readonly readback: Readback<Note>;
}

/** Where a map that is read back comes from. */
interface Note {
  readonly region: Region;
  /** Counts resets: maps from before the last one are ignored. */
  readonly era: number;
}

/**
 * Frame to confidence map, on the GPU. The maps stay there; copies of them arrive a frame or two later, and only then does the
 * ROI follow. No frame waits for them.
 */
export class GpuSegmentationStage {
  readonly #device: GPUDevice;
  readonly #kernels: Kernels;
  readonly #landscape: Source;
  readonly #square: Source | undefined;
  /** The same networks for surveys of the whole frame. */
  readonly #survey: { readonly square: Source; readonly landscape: Source } | undefined;
  readonly #fusion: MapFusion | undefined;
  readonly #scheduler: RoiScheduler;
  readonly #segmenters: GpuSegmenters;
  /** Counts non-finite values in the networks' outputs. */
  readonly #faultCount: GPUBuffer;
  /** That count, as far as it has been read back. */
  #faults = 0;
  readonly #faultsReadback: Readback;
  #region: Region;
  #era = 0;
  /** How many maps of the current survey have arrived. */
  #arrived = 0;
  /** `due`: no person was found in the ROI. `running`: the maps of a survey have not arrived yet. */
  #surveying: 'no' | 'due' | 'running' = 'due';
  /** Whether the next map of the ROI is to be compared with the survey. */
  #compares = false;
  /** Whether a frame has been segmented on a known ROI. */
  #hasUsedRoi = false;
  #isFirstOnRoi = false;
  #isEmpty = false;
  #isDisposed = false;

  /**
   * @param device - Where it runs.
   * @param kernels - In whose memory the copies of maps are read.
   * @param segmenters - The networks; the backend's.
   * @param quality - Of the first frame.
   * @param frame - Size, colour space and rotation of the frames.
   */
  constructor(
    device: GPUDevice,
    kernels: Kernels,
    segmenters: GpuSegmenters,
    quality: Quality,
    frame: FrameShape,
  ) {
    const { segmenter, closeSegmenter, search } = segmenters;
    this.#device = device;
    this.#kernels = kernels;
    this.#segmenters = segmenters;
    this.#faultCount = storage(device, Uint32Array.BYTES_PER_ELEMENT, 'faults');
    const follow = (source: Source) => this.#follow(source.map);
    const learn = () => this.#learn();
    this.#landscape = this.#open(segmenter, frame, follow);
    if (closeSegmenter) {
      this.#square = this.#open(closeSegmenter, frame, follow);
      this.#survey = {
        square: this.#open(closeSegmenter, frame, learn),
        landscape: this.#open(segmenter, frame, learn),
      };
      this.#fusion = new MapFusion(device, this.#square.runner, this.#landscape.runner);
    }
    this.#scheduler = new RoiScheduler(kernels, frame, this.capacity, {
      quality,
      hasSquare: closeSegmenter !== undefined,
      leadWithoutRoi: 'landscape',
      search,
    });
    this.#region = this.#scheduler.whole;
    this.#faultsReadback = new Readback(device, Uint32Array.BYTES_PER_ELEMENT, (result) => {
      this.#faults = Math.max(this.#faults, new Uint32Array(result)[0] ?? 0);
    });
  }

  /** Sets the quality of the next frame. */
  setQuality(quality: Quality): void {
    if (this.#scheduler.setQuality(quality)) this.#forgetRoi();
  }

  /** The largest thumbnail and confidence map, in cells. */
  get capacity(): { readonly width: number; readonly height: number } {
    const { thumbnail: a } = this.#landscape.runner;
    const { thumbnail: b } = (this.#square ?? this.#landscape).runner;
    return { width: Math.max(a.width, b.width), height: Math.max(a.height, b.height) };
  }

  /** The network's input, as stored. */
  get thumbnail(): GpuThumbnail {
    return this.#lead.runner.thumbnail;
  }

  /** The confidence map, of the thumbnail's size; `undefined` where no network ran on the last frame. */
  get confidence(): GPUBuffer | undefined {
    return this.#scheduler.isFresh ? this.#lead.runner.confidence : undefined;
  }

  /** Whether nobody was found in the last frame whose map has arrived. */
  get isEmpty(): boolean {
    return this.#isEmpty;
  }

  /** How many non-finite values the networks have put out, as far as that is known by now. */
  get faults(): number {
    return this.#faults;
  }

  /**
   * Takes the leading network's input from a frame.
   *
   * @param commands - Where.
   * @param frame - The frame.
   * @param elapsed - Microseconds since the previous frame; infinity if there is none.
   */
  takeInput(commands: Commands, frame: FrameTexture, elapsed: number): void {
    const scheduler = this.#scheduler;
    this.#region = scheduler.begin(elapsed);
    this.#isFirstOnRoi = scheduler.usesRoi && scheduler.hasRoi && !this.#hasUsedRoi;
    this.#hasUsedRoi ||= this.#isFirstOnRoi;
    this.#lead.runner.take(commands.pass, frame, this.#region);
  }

  /**
   * Runs the networks on the frame whose input was taken. The confidence map is there for commands that are submitted
   * next.
   *
   * @param commands - Where.
   * @param frame - That frame.
   * @returns Whether the ROI was used for the first time: earlier maps are not worth keeping, as the CPU backend, which
   * surveys within the frame, never shows them.
   */
  async run(commands: Commands, frame: FrameTexture): Promise<boolean> {
    const scheduler = this.#scheduler;
    const isFirstOnRoi = this.#isFirstOnRoi;
    if (!scheduler.isFresh) return isFirstOnRoi;
    const { usesRoi, runsMirrored, fuses } = scheduler;
    const lead = this.#lead.runner;
    await this.#infer(commands, lead, runsMirrored);
    if (fuses) {
      const { runner } = this.#landscape;
      runner.take(commands.pass, frame, this.#region);
      await this.#infer(commands, runner, runsMirrored);
    }
    const surveys = usesRoi && this.#isSurveyDue();
    const looks = !surveys && this.#surveying === 'no' && scheduler.isLookDue;
    const region = surveys ? scheduler.whole : looks ? scheduler.lookRegion : undefined;
    if (region) await this.#runSurvey(commands, frame, region);
    lead.read(commands.pass);
    if (fuses) {
      this.#landscape.runner.read(commands.pass);
      this.#fusion?.encode(commands.pass, scheduler.selection?.network);
    }
    if (region) {
      this.#survey?.square.runner.read(commands.pass);
      this.#survey?.landscape.runner.read(commands.pass);
    }
    this.#readBack(commands, usesRoi, region);
    return isFirstOnRoi;
  }

  /** Call when the commands have been submitted. */
  afterSubmit(): void {
    for (const source of this.#sources()) source.readback.afterSubmit();
    this.#faultsReadback.afterSubmit();
    this.#segmenters.segmenter.release();
    this.#segmenters.closeSegmenter?.release();
  }

  /** Forgets all earlier frames. */
  reset(): void {
    this.#scheduler.reset();
    this.#forgetRoi();
    this.#faults = 0;
  }

  /** Frees the memory; the segmenters belong to the backend. A frame in flight fails when its network has run. */
  dispose(): void {
    this.#isDisposed = true;
    this.#era++;
    for (const { runner, map, readback } of this.#sources()) {
      runner.dispose();
      readback.dispose();
      map.confidence.free();
    }
    this.#faultsReadback.dispose();
    this.#faultCount.destroy();
    this.#fusion?.dispose();
    this.#scheduler.dispose();
  }

  get #lead(): Source {
    return this.#square && this.#scheduler.lead === 'square' ? this.#square : this.#landscape;
  }

  *#sources(): Iterable<Source> {
    yield this.#landscape;
    if (this.#square) yield this.#square;
    if (this.#survey) yield this.#survey.square;
    if (this.#survey) yield this.#survey.landscape;
  }

  #open(segmenter: GpuSegmenter, frame: FrameShape, onArrival: (source: Source) => void): Source {
    const runner = new GpuNetworkRunner(this.#device, segmenter, frame, this.#faultCount);
    const { width, height, region } = runner.thumbnail;
    const bytes = width * height * Float32Array.BYTES_PER_ELEMENT;
    const confidence = this.#kernels.memory.allocate(bytes);
    const map = { confidence, thumbnail: { width, height, region } };
    const readback = new Readback<Note>(this.#device, bytes, (result, note) => {
      if (note.era !== this.#era) return;
      confidence.f32.set(new Float32Array(result));
      map.thumbnail.region = note.region;
      onArrival(source);
    });
    const source = { runner, map, readback };
    return source;
  }

  /** Runs a network on the input that was taken and, where asked for, on the mirrored one. */
  async #infer(commands: Commands, runner: GpuNetworkRunner, isMirrored: boolean): Promise<void> {
    await runner.run(commands, false);
    this.#assertUsable();
    if (!isMirrored) return;
    await runner.run(commands, true);
    this.#assertUsable();
  }

  /** Commands on destroyed resources would be errors of the device, which is shared with others. */
  #assertUsable(): void {
    if (this.#isDisposed)
      throw new EngineError('DISPOSED', 'The pipeline was disposed of while its network ran.');
  }

  #isSurveyDue(): boolean {
    const isDue = this.#scheduler.isSurveyDue() || this.#surveying === 'due';
    return isDue && this.#surveying !== 'running';
  }

  /** Runs both networks on the whole frame, or on a part that is looked at closer. */
  async #runSurvey(commands: Commands, frame: FrameTexture, region: Region): Promise<void> {
    if (!this.#survey) return;
    for (const { runner } of [this.#survey.square, this.#survey.landscape]) {
      runner.take(commands.pass, frame, region);
      await this.#infer(commands, runner, false);
    }
  }

  /** Encodes the readback of the maps. */
  #readBack({ encoder }: Commands, usesRoi: boolean, surveyed: Region | undefined): void {
    const { readback, runner } = this.#lead;
    this.#faultsReadback.encode(encoder, this.#faultCount, undefined);
    if (!usesRoi) return;
    const era = this.#era;
    readback.encode(encoder, this.confidence ?? runner.confidence, { region: this.#region, era });
    if (!surveyed || !this.#survey) return;
    const note = { region: surveyed, era };
    const { square, landscape } = this.#survey;
    this.#arrived = 0;
    const isRunning =
      square.readback.encode(encoder, square.runner.confidence, note) &&
      landscape.readback.encode(encoder, landscape.runner.confidence, note);
    // A closer look whose maps could not be read back is repeated by itself.
    const isWhole = isSame(surveyed, this.#scheduler.whole);
    this.#surveying = isRunning ? 'running' : isWhole ? 'due' : 'no';
  }

  /** A map of the ROI has arrived. */
  #follow(map: ConfidenceMap): void {
    const hasPeople = this.#scheduler.follow(map);
    this.#isEmpty = !hasPeople;
    if (!hasPeople && this.#surveying === 'no') this.#surveying = 'due';
    if (hasPeople && this.#compares) this.#scheduler.detectCollapse(map);
    this.#compares = false;
  }

  /** A map of a survey has arrived. */
  #learn(): void {
    this.#arrived++;
    if (this.#arrived < 2 || !this.#survey) return;
    this.#surveying = 'no';
    const { square, landscape } = this.#survey;
    const isWhole = isSame(square.map.thumbnail.region, this.#scheduler.whole);
    if (isWhole) this.#compares = this.#scheduler.survey(square.map, landscape.map);
    else this.#scheduler.learn(square.map, landscape.map);
  }

  #forgetRoi(): void {
    this.#hasUsedRoi = false;
    this.#era++;
    this.#surveying = 'due';
    this.#compares = false;
  }
}

/** Fuses the outputs of both networks for the same region, in the square network's map. */
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

  /** A `leader` has the larger weight. */
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

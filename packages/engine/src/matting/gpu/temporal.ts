import { Binding } from '../../gpu/binding.js';
import type { ShaderName } from '../../gpu/compiler.js';
import { type BoundKernel, groups, Kernel, type ParametersOf } from '../../gpu/kernel.js';
import { storage } from '../../gpu/memory.js';
import { GpuRemap } from '../../segmentation/gpu/remap.js';
import type { GpuThumbnail } from '../../segmentation/gpu/thumbnail.js';
import { type Grid, isSame } from '../../segmentation/region.js';
import {
  APPEARANCE,
  CAMERA,
  MEMORY,
  MOTION,
  NOISE,
  SCENE_CHANGE_DIFFERENCE,
  TEMPORAL,
  UNKNOWN,
} from '../constants.js';
import type { GpuGuide } from './guided.js';

const FLOAT = Float32Array.BYTES_PER_ELEMENT;
const VECTOR = 4 * FLOAT;

/** Floats that are known of a cell. */
const MEMORY_FLOATS = 8;

/** Threads of a workgroup, and its side where it is a square. */
const THREADS = 64;
const SIDE = 8;

/** A plane that is resampled to another grid, through another buffer. */
interface Moving {
  readonly remap: GpuRemap;
  readonly copy: BoundKernel;
  readonly workgroups: number;
}

/**
 * {@link TemporalFilter} on the GPU, with what the CPU decides there: the noise level, whether the camera moves, and whether the
 * frame is the first of a new scene. None of it is waited for.
 */
export class GpuTemporalFilter {
  /** The filtered confidence, 0..1; negative without history. */
  readonly state: GPUBuffer;
  /** How much each cell has changed recently, 0 (at rest) to 1 (not filtered). */
  readonly activity: GPUBuffer;
  /** The filtered thumbnail. */
  readonly grid: { -readonly [Key in keyof GpuGuide]: GpuGuide[Key] };
  /** Begins with a u32: 1 if the frame was the first of a new scene, so that the state was reset. */
  readonly sceneChange: GPUBuffer;
  readonly #exposure: Binding<'matting/gpu/exposure'>;
  readonly #difference: Binding<'matting/gpu/motion'>;
  readonly #mean: Binding<'matting/gpu/motion'>;
  readonly #level: Binding<'matting/gpu/noise-level'>;
  readonly #advance: Binding<'matting/gpu/temporal'>;
  readonly #rest: Binding<'matting/gpu/temporal'>;
  readonly #exposures: GPUBuffer;
  readonly #changes: GPUBuffer;
  readonly #motion: GPUBuffer;
  readonly #memory: GPUBuffer;
  readonly #moved: GPUBuffer;
  readonly #copier: Kernel;
  readonly #moving: readonly Moving[];
  #isFresh = true;

  /**
   * @param device - Where it runs.
   * @param capacity - The largest thumbnail, in cells.
   */
  constructor(device: GPUDevice, { width, height }: Pick<Grid, 'width' | 'height'>) {
    const cells = width * height;
    const plane = (label: string) => storage(device, cells * FLOAT, label);
    this.state = plane('state');
    this.activity = plane('activity');
    const reference = storage(device, cells * VECTOR, 'reference');
    this.grid = { width, height, region: { x: 0, y: 0, width, height }, buffer: reference };
    this.sceneChange = storage(device, VECTOR, 'scene change and level');
    this.#exposures = storage(device, 3 * 2 * FLOAT, 'exposures');
    this.#changes = storage(device, cells * 2 * FLOAT, 'changes');
    this.#motion = plane('motion');
    this.#memory = storage(device, cells * MEMORY_FLOATS * FLOAT, 'memory');

    this.#exposure = new Binding(new Kernel(device, 'matting/gpu/exposure'));
    this.#difference = new Binding(new Kernel(device, 'matting/gpu/motion', { entry: 'difference' }));
    this.#mean = new Binding(new Kernel(device, 'matting/gpu/motion', { entry: 'mean' }));
    const { share, rise, fall, top } = NOISE;
    const noise = { SHARE: share, RISE: rise, FALL: fall, TOP: top };
    const limits = { FACTOR: MOTION.factor, LEAST: MOTION.least, MOST: MOTION.most, SPAN: MOTION.span };
    const camera = {
      CAMERA_SOME: CAMERA.some,
      CAMERA_SURE: CAMERA.sure,
      CAMERA_LONGEST: CAMERA.longest,
      CAMERA_MOVING: CAMERA.moving,
    };
    this.#level = new Binding(
      new Kernel(device, 'matting/gpu/noise-level', {
        constants: { UNKNOWN, SCENE_CHANGE_DIFFERENCE, ...noise, ...limits, ...camera },
      }),
    );
    const constants = {
      UNKNOWN,
      SPAN: MOTION.span,
      HOLD: TEMPORAL.hold,
      REFERENCE: TEMPORAL.reference,
      LUMA_LEAST: APPEARANCE.least,
      LUMA_MOST: APPEARANCE.most,
      LUMA_FACTOR: APPEARANCE.factor,
      CHROMA: APPEARANCE.chroma,
      REPLACED: MEMORY.replaced,
      RECALLED: MEMORY.recalled,
      BACKGROUND: MEMORY.background,
      YOUNG: MEMORY.young,
      MATURE: MEMORY.mature,
      SLOWEST: MEMORY.slowest,
      FIRST: MEMORY.first,
      FLOOR: MEMORY.floor,
      CEILING: MEMORY.ceiling,
      NEAR: MEMORY.near,
      FAR: MEMORY.far,
      UNSURE: MEMORY.unsure,
      SURE: MEMORY.sure,
      UNCHANGED: MEMORY.unchanged,
      CHANGED: MEMORY.changed,
      SURELY: MEMORY.surely,
      RATE: MEMORY.rate,
      TURN: MEMORY.turn,
      TURN_FAR: MEMORY.turnFar,
      TURN_SURE: MEMORY.turnSure,
      GONE: MEMORY.gone,
      GONE_RECENT: MEMORY.goneRecent,
      GONE_EVIDENCE: MEMORY.goneEvidence,
      HELD: MEMORY.held,
    };
    const temporal = (entry: string) =>
      new Binding(new Kernel(device, 'matting/gpu/temporal', { entry, constants }));
    this.#advance = temporal('main');
    this.#rest = temporal('rest');

    this.#moved = storage(device, cells * MEMORY_FLOATS * FLOAT, 'moved plane');
    this.#copier = new Kernel(device, 'gpu/copy');
    const moving = (map: GPUBuffer, channels: number): Moving => ({
      remap: new GpuRemap(device, map, this.#moved, channels),
      copy: this.#copier.bind({ 1: this.#moved, 2: map }),
      workgroups: groups(cells * channels, THREADS),
    });
    this.#moving = [
      moving(this.state, 1),
      moving(this.activity, 1),
      moving(reference, 4),
      moving(this.#memory, MEMORY_FLOATS),
    ];
  }

  /**
   * Filters confidence and thumbnail, or initialises the state with them.
   *
   * @param pass - Where it is encoded.
   * @param thumbnail - The thumbnail.
   * @param confidence - Its confidence map; `undefined` if no network ran.
   */
  encode(pass: GPUComputePassEncoder, thumbnail: GpuThumbnail, confidence: GPUBuffer | undefined): void {
    this.#moveTo(pass, thumbnail);
    const { width, height } = thumbnail;
    const { buffer: reference } = this.grid;
    const cells = width * height;
    const fresh = this.#isFresh ? 1 : 0;
    this.#isFresh = false;

    withParameters(this.#exposure, { cells }).to(thumbnail.buffer, reference, this.#exposures).run(pass, 3);
    withParameters(this.#difference, { width, height })
      .to(thumbnail.buffer, reference, this.#exposures, this.state, this.#changes, this.#memory)
      .run(pass, groups(cells, THREADS));
    withParameters(this.#mean, { width, height })
      .to(this.#changes, this.#motion)
      .run(pass, groups(width, SIDE), groups(height, SIDE));
    withParameters(this.#level, { cells, fresh })
      .to(this.#changes, this.#motion, this.sceneChange)
      .run(pass, 1);
    const advance = withParameters(confidence ? this.#advance : this.#rest, { cells, fresh });
    const known = [this.#motion, this.sceneChange, this.state, this.activity, reference, this.#memory];
    const found = confidence ? [confidence] : [];
    advance.to(thumbnail.buffer, ...known, ...found).run(pass, groups(cells, THREADS));
  }

  /** Forgets all earlier frames. */
  reset(): void {
    this.#isFresh = true;
  }

  /** Frees the memory. */
  dispose(): void {
    for (const each of this.#bindings()) each.dispose();
    for (const { remap } of this.#moving) remap.dispose();
    this.#copier.dispose();
    for (const buffer of this.#buffers()) buffer.destroy();
  }

  /** Resamples the state to another thumbnail; cells that were outside have no history. */
  #moveTo(pass: GPUComputePassEncoder, { width, height, region }: Grid): void {
    const { grid } = this;
    if (grid.width === width && grid.height === height && isSame(grid.region, region)) return;
    const before = { width: grid.width, height: grid.height, region: grid.region };
    Object.assign(grid, { width, height, region });
    if (this.#isFresh) return;
    for (const { remap, copy, workgroups } of this.#moving) {
      remap.encode(pass, before, grid, UNKNOWN);
      copy.run(pass, workgroups);
    }
  }

  #bindings(): readonly Binding[] {
    return [this.#exposure, this.#difference, this.#mean, this.#level, this.#advance, this.#rest];
  }

  #buffers(): readonly GPUBuffer[] {
    const results = [this.state, this.activity, this.grid.buffer, this.sceneChange];
    const own = [this.#exposures, this.#changes, this.#motion, this.#memory, this.#moved];
    return [...results, ...own];
  }
}

/** A kernel whose parameters have been written. */
function withParameters<Name extends ShaderName>(
  binding: Binding<Name>,
  parameters: ParametersOf<Name>,
): Binding<Name> {
  binding.kernel.write(parameters);
  return binding;
}

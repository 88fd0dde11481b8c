import { type BoundKernel, groups, Kernel } from '../../gpu/kernel.js';
import { storage } from '../../gpu/memory.js';
import { COLOR_BINS } from '../../kernels/layout.js';
import { COLORS } from '../constants.js';
import type { GpuTemporalFilter } from './temporal.js';

const WORD = 4;

/** Threads of a workgroup, and its side where it is a square. */
const THREADS = 64;
const SIDE = 8;

/** A kernel and what it works on. */
interface Step {
  readonly kernel: Kernel<'matting/gpu/colors'>;
  readonly bound: BoundKernel;
}

/** {@link ColorModels} on the GPU. */
export class GpuColorModels {
  /** The corrected map, in the temporal filter's grid. */
  readonly map: GPUBuffer;
  readonly #temporal: Pick<GpuTemporalFilter, 'grid'>;
  readonly #memory: GPUBuffer;
  readonly #counts: GPUBuffer;
  readonly #weights: GPUBuffer;
  readonly #tally: Step;
  readonly #gather: Step;
  readonly #weigh: Step;
  readonly #correct: Step;
  #isFresh = true;

  /**
   * @param device - Where it runs.
   * @param temporal - Its state is learned from and corrected; its scene changes reset the models.
   */
  constructor(device: GPUDevice, temporal: Pick<GpuTemporalFilter, 'state' | 'grid' | 'sceneChange'>) {
    const { state, grid, sceneChange } = temporal;
    this.#temporal = temporal;
    this.map = storage(device, state.size, 'map');
    this.#memory = storage(device, (4 + COLOR_BINS * 2) * WORD, 'colors');
    this.#counts = storage(device, COLOR_BINS * 2 * WORD, 'color counts');
    this.#weights = storage(device, COLOR_BINS * WORD, 'color weights');
    const constants = {
      LOW: COLORS.low,
      HIGH: COLORS.high,
      DECAY: COLORS.decay,
      RARE: COLORS.floor,
      LIMIT: COLORS.limit,
      UNDECIDED_LOW: COLORS.undecided.low,
      UNDECIDED_HIGH: COLORS.undecided.high,
    };
    const step = (entry: string, resources: Record<number, GPUBuffer>): Step => {
      const kernel = new Kernel(device, 'matting/gpu/colors', { entry, constants });
      return { kernel, bound: kernel.bind(resources) };
    };
    const [memory, counts, weights] = [this.#memory, this.#counts, this.#weights];
    this.#tally = step('tally', { 1: sceneChange, 2: memory, 3: counts, 4: state, 5: grid.buffer });
    this.#gather = step('gather', { 1: sceneChange, 2: memory, 3: counts });
    this.#weigh = step('weigh', { 2: memory, 6: weights });
    this.#correct = step('correct', { 4: state, 5: grid.buffer, 6: weights, 7: this.map });
  }

  /**
   * Learns from the state and corrects it.
   *
   * @param pass - Where it is encoded.
   */
  encode(pass: GPUComputePassEncoder): void {
    const { width, height } = this.#temporal.grid;
    for (const { kernel } of [this.#tally, this.#gather, this.#correct]) {
      kernel.write({ width, height, fresh: this.#isFresh ? 1 : 0 });
    }
    this.#isFresh = false;
    this.#tally.bound.run(pass, groups(width, 2 * SIDE), groups(height, 2 * SIDE));
    this.#gather.bound.run(pass, 1);
    this.#weigh.bound.run(pass, groups(COLOR_BINS, THREADS));
    this.#correct.bound.run(pass, groups(width * height, THREADS));
  }

  /** Forgets all colours. */
  reset(): void {
    this.#isFresh = true;
  }

  /** Frees the memory. */
  dispose(): void {
    for (const { kernel } of [this.#tally, this.#gather, this.#weigh, this.#correct]) kernel.dispose();
    for (const buffer of [this.map, this.#memory, this.#counts, this.#weights]) buffer.destroy();
  }
}

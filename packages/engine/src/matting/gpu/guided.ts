import { Binding } from '../../gpu/binding.js';
import { type BoundKernel, groups, Kernel } from '../../gpu/kernel.js';
import { type FrameTexture, storage, Texture } from '../../gpu/memory.js';
import type { Grid } from '../../segmentation/region.js';
import { EDGE_FALLBACK, GUIDED, POST_CURVE, PRE_CURVE, STEADY } from '../constants.js';

const VECTOR = 16;

/** The guide of the guided filter on the GPU: Y, U and V in sample units, four floats for each cell. */
export interface GpuGuide extends Grid {
  readonly buffer: GPUBuffer;
}

/** The size of the guided filter's grid: half the guide's, as on the CPU, or the same. */
export type GuidedGrid = 'half' | 'full';

/**
 * Upsamples a map to the frame's size with edges from the frame itself, and filters the matte over time: `GuidedUpsampler` and
 * `SteadyFilter` on the GPU.
 */
export class GpuGuidedUpsampler {
  /** The matte: mixture and alpha are the same here. */
  readonly matte: Texture;
  readonly #step: number;
  readonly #gather: Binding<'matting/gpu/guided'>;
  readonly #fit: Kernel<'matting/gpu/guided'>;
  readonly #average: Kernel<'matting/gpu/guided'>;
  readonly #upsample: Binding<'matting/gpu/matte'>;
  readonly #boundFit: BoundKernel;
  readonly #boundAverage: BoundKernel;
  readonly #cells: GPUBuffer;
  readonly #solutions: GPUBuffer;
  readonly #coefficients: GPUBuffer;
  /** The matte of the previous frame: a byte for each pixel. */
  readonly #previous: GPUBuffer;

  /**
   * @param device - Where it runs.
   * @param capacity - The largest guide, in cells.
   * @param frame - A frame of the same size.
   * @param grid - Its size. Windows cover the same part of the frame in both.
   */
  constructor(
    device: GPUDevice,
    capacity: Pick<Grid, 'width' | 'height'>,
    frame: Pick<FrameTexture, 'width' | 'height'>,
    grid: GuidedGrid,
  ) {
    const step = grid === 'half' ? 2 : 1;
    const cells = groups(capacity.width, step) * groups(capacity.height, step);
    const constants = {
      LOW: PRE_CURVE.low,
      HIGH: PRE_CURVE.high,
      STEP: step,
      RADIUS: (GUIDED.radius * 2) / step,
      EPSILON: GUIDED.epsilon,
      CONTRAST_LOW: EDGE_FALLBACK.low,
      CONTRAST_HIGH: EDGE_FALLBACK.high,
      OUTER: EDGE_FALLBACK.outer,
      INNER: EDGE_FALLBACK.inner,
    };
    const kernel = (entry: string) => new Kernel(device, 'matting/gpu/guided', { entry, constants });
    this.#step = step;
    this.#cells = storage(device, cells * VECTOR, 'guided cells');
    this.#solutions = storage(device, cells * VECTOR, 'guided solutions');
    this.#coefficients = storage(device, cells * VECTOR, 'guided coefficients');
    this.#gather = new Binding(kernel('gather'));
    this.#fit = kernel('fit');
    this.#average = kernel('average');
    this.#boundFit = this.#fit.bind({ 1: this.#cells, 2: this.#solutions });
    this.#boundAverage = this.#average.bind({ 1: this.#solutions, 2: this.#coefficients });
    this.#upsample = new Binding(
      new Kernel(device, 'matting/gpu/matte', {
        constants: {
          LOW: POST_CURVE.low,
          HIGH: POST_CURVE.high,
          STEADY_FLOOR: STEADY.floor,
          STEADY_LOW: STEADY.low,
          STEADY_SLOPE: STEADY.slope,
        },
      }),
    );
    this.#previous = storage(device, groups(frame.width, 4) * 4 * frame.height, 'previous matte');
    this.matte = new Texture(device, frame, 'matte');
  }

  /**
   * Computes the matte.
   *
   * @param pass - Where it is encoded.
   * @param map - The confidence, of the guide's size.
   * @param guide - The thumbnail that it belongs to.
   * @param frame - The frame of the guide.
   * @param activity - How much each cell of the guide has changed, 0..1; `undefined`: the matte is not filtered over time.
   */
  encode(
    pass: GPUComputePassEncoder,
    map: GPUBuffer,
    guide: GpuGuide,
    frame: FrameTexture,
    activity: GPUBuffer | undefined,
  ): void {
    const { width, height, region } = guide;
    const [columns, rows] = [groups(width, this.#step), groups(height, this.#step)];
    const [x, y] = [groups(columns, 8), groups(rows, 8)];
    for (const kernel of [this.#gather.kernel, this.#fit, this.#average]) {
      kernel.write({ width, height });
    }
    this.#gather.to(map, guide.buffer, this.#cells).run(pass, x, y);
    this.#boundFit.run(pass, x, y);
    this.#boundAverage.run(pass, x, y);

    this.#upsample.kernel.write({
      origin: [region.x, region.y],
      // The last cells of an odd guide extend half a cell beyond the region.
      size: [(region.width * columns * this.#step) / width, (region.height * rows * this.#step) / height],
      cells: [columns, rows],
      activityCells: [width, height],
      activityScale: [width / region.width, height / region.height],
      isSteady: activity ? 1 : 0,
    });
    this.#upsample
      .to(this.#coefficients, frame.view, activity ?? map, this.#previous, this.matte.view)
      .run(pass, groups(groups(frame.width, 4), 16), groups(frame.height, 8));
  }

  /** Frees the memory. */
  dispose(): void {
    for (const kernel of [this.#gather, this.#fit, this.#average, this.#upsample]) kernel.dispose();
    for (const buffer of [this.#cells, this.#solutions, this.#coefficients, this.#previous]) buffer.destroy();
    this.matte.dispose();
  }
}

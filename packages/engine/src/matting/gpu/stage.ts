import type { FrameTexture, MatteTexture } from '../../gpu/memory.js';
import type { GpuSegmentationStage } from '../../segmentation/gpu/stage.js';
import { softReach } from '../softness.js';
import { GpuColorModels } from './colors.js';
import { GpuGuidedUpsampler, type GuidedGrid } from './guided.js';
import { GpuIslandFilter } from './islands.js';
import { GpuEdgeSoftener } from './softness.js';
import { GpuTemporalFilter } from './temporal.js';

/** Confidence map to matte, on the GPU. */
export class GpuMattingStage {
  readonly #segmentation: GpuSegmentationStage;
  readonly #temporal: GpuTemporalFilter;
  readonly #colors: GpuColorModels;
  readonly #islands: GpuIslandFilter;
  readonly #guided: GpuGuidedUpsampler;
  readonly #softener: GpuEdgeSoftener | undefined;

  /**
   * @param device - Where it runs.
   * @param segmentation - The previous stage.
   * @param frame - A frame of the same size.
   * @param softness - How much softer the edges become, 0..1.
   * @param grid - The size of the guided filter's grid.
   */
  constructor(
    device: GPUDevice,
    segmentation: GpuSegmentationStage,
    frame: FrameTexture,
    softness: number,
    grid: GuidedGrid,
  ) {
    const { capacity } = segmentation;
    const reach = softReach(softness, frame);
    this.#segmentation = segmentation;
    this.#temporal = new GpuTemporalFilter(device, capacity);
    this.#colors = new GpuColorModels(device, this.#temporal);
    this.#islands = new GpuIslandFilter(device, capacity, this.#colors.map, this.#temporal.state);
    this.#guided = new GpuGuidedUpsampler(device, capacity, frame, grid);
    this.#softener = reach && new GpuEdgeSoftener(device, this.#guided.matte, reach);
  }

  /** One u32: 1 if the last frame was the first of a new scene. */
  get sceneChange(): GPUBuffer {
    return this.#temporal.sceneChange;
  }

  /** The matte. */
  get matte(): MatteTexture {
    return (this.#softener ?? this.#guided).matte;
  }

  /**
   * Computes the matte of the frame that was just segmented.
   *
   * @param pass - Where it is encoded.
   * @param frame - That frame.
   */
  encode(pass: GPUComputePassEncoder, frame: FrameTexture): void {
    const { thumbnail, confidence } = this.#segmentation;
    const temporal = this.#temporal;
    temporal.encode(pass, thumbnail, confidence);
    this.#colors.encode(pass);
    this.#islands.encode(pass, temporal.grid);
    this.#guided.encode(pass, this.#colors.map, temporal.grid, frame, temporal.activity);
    this.#softener?.encode(pass);
  }

  /** Forgets all earlier frames. */
  reset(): void {
    this.#temporal.reset();
    this.#colors.reset();
  }

  /** Frees the memory. */
  dispose(): void {
    const parts = [this.#temporal, this.#colors, this.#islands, this.#guided, this.#softener];
    for (const each of parts) each?.dispose();
  }
}

import type { Frame, Pipeline, Statistics } from '@elsewhere/engine';
import { type GpuFrame, PlanesSink } from '@elsewhere/engine/gpu';
import type { GpuBackend } from '../worker/processor.js';
import { openGpu } from './dawn.js';
import { createGpuPipeline, type GpuPipelineSettings } from './pipeline.js';

/** A pipeline on Dawn's GPU device: frames are uploaded, processed and read back. */
export class DawnBackend implements GpuBackend {
  readonly #device: GPUDevice;
  readonly #pipeline: Pipeline<GpuFrame, Frame>;
  readonly #sink: PlanesSink;

  private constructor(device: GPUDevice, pipeline: Pipeline<GpuFrame, Frame>, sink: PlanesSink) {
    this.#device = device;
    this.#pipeline = pipeline;
    this.#sink = sink;
  }

  /**
   * Opens the GPU and creates the pipeline.
   *
   * @param settings - What it does with each frame, and the new background.
   * @param allowsSoftware - Whether to use a GPU that the processor emulates.
   * @throws `EngineError` `GPU_UNAVAILABLE` if there is no GPU, or if the networks cannot run on it.
   */
  static async open(settings: GpuPipelineSettings, allowsSoftware: boolean): Promise<DawnBackend> {
    const device = await openGpu(allowsSoftware);
    try {
      const format = settings.background?.type === 'transparent' ? 'I420A' : 'I420';
      const sink = new PlanesSink(device, format);
      return new DawnBackend(device, await createGpuPipeline(device, sink, settings), sink);
    } catch (error) {
      device.destroy();
      throw error;
    }
  }

  get statistics(): Statistics {
    return this.#pipeline.statistics;
  }

  reset(): void {
    this.#pipeline.reset();
  }

  async process(frame: Frame, timestamp: number): Promise<Frame> {
    return (await this.#pipeline.process(frame, timestamp)).frame;
  }

  dispose(): void {
    this.#pipeline.dispose();
    this.#sink.dispose();
    this.#device.destroy();
  }
}

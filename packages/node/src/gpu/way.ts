import type { Background, Frame, Statistics } from '@elsewhere/engine';
import { type GpuPipeline, PlanesSink } from '@elsewhere/engine/gpu';
import type { Way } from '../processor.js';
import { openGpu } from './dawn.js';
import { createGpuPipeline, type GpuSettings } from './pipeline.js';

/** The way of frames over the GPU and back. */
export class GpuWay implements Way {
  readonly #device: GPUDevice;
  readonly #pipeline: GpuPipeline;
  readonly #sink: PlanesSink;

  private constructor(device: GPUDevice, pipeline: GpuPipeline, sink: PlanesSink) {
    this.#device = device;
    this.#pipeline = pipeline;
    this.#sink = sink;
  }

  /**
   * Opens the GPU and makes the pipeline.
   *
   * @param settings - What it does with each frame, and the new background.
   * @param accepts - Whether a device will do, asked before anything is compiled for it.
   * @returns The way; `undefined` if the device will not do.
   * @throws `EngineError` `GPU_UNAVAILABLE` if there is no GPU, or if the networks cannot run on it.
   */
  static async open(
    settings: GpuSettings & { readonly background: Background },
    accepts: (device: GPUDevice) => boolean,
  ): Promise<GpuWay | undefined> {
    const device = await openGpu();
    try {
      if (accepts(device)) {
        const pipeline = await createGpuPipeline(device, settings);
        const format = settings.background.type === 'transparent' ? 'I420A' : 'I420';
        return new GpuWay(device, pipeline, new PlanesSink(device, format));
      }
    } catch (error) {
      device.destroy();
      throw error;
    }
    device.destroy();
    return undefined;
  }

  get statistics(): Statistics {
    return this.#pipeline.statistics;
  }

  async process(frame: Frame, timestamp: number): Promise<Frame> {
    return await this.#pipeline.process(frame, timestamp, this.#sink);
  }

  dispose(): void {
    this.#pipeline.dispose();
    this.#sink.dispose();
    this.#device.destroy();
  }
}

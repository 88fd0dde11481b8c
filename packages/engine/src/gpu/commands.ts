import type { StatisticsRecorder, TimingName } from '../statistics.js';
import { PassTimer } from './pass-timer.js';

/** Collects the commands of a frame: as few submits as the network allows, a compute pass for each stage. */
export class Commands {
  readonly #device: GPUDevice;
  readonly #clock: PassTimer | undefined;
  #stage: TimingName = 'input';
  #encoder: GPUCommandEncoder | undefined;
  #pass: GPUComputePassEncoder | undefined;

  /**
   * @param device - Where they run.
   * @param statistics - Receives how long each stage takes, where the device can tell.
   */
  constructor(device: GPUDevice, statistics: StatisticsRecorder) {
    this.#device = device;
    if (device.features.has('timestamp-query')) this.#clock = new PassTimer(device, statistics);
  }

  /** Which stage the commands to come belong to. */
  set stage(stage: TimingName) {
    if (stage === this.#stage) return;
    this.#stage = stage;
    this.#endPass();
  }

  /** The compute pass that is open; what is encoded later sees the results of what was before. */
  get pass(): GPUComputePassEncoder {
    if (this.#pass) return this.#pass;
    const { encoder } = this;
    const timestampWrites = this.#clock?.writesFor(this.#stage);
    this.#pass = encoder.beginComputePass({
      label: this.#stage,
      ...(timestampWrites && { timestampWrites }),
    });
    return this.#pass;
  }

  /** For what is no compute pass, such as copies: the open pass ends. */
  get encoder(): GPUCommandEncoder {
    this.#endPass();
    this.#encoder ??= this.#device.createCommandEncoder();
    return this.#encoder;
  }

  /** Sends everything so far on its way. */
  submit(): void {
    if (!this.#encoder) return;
    this.#device.queue.submit([this.encoder.finish()]);
    this.#encoder = undefined;
  }

  /** Sends the last commands of a frame on their way. */
  finish(): void {
    this.#clock?.encode(this.encoder);
    this.submit();
    this.#clock?.afterSubmit();
    this.#stage = 'input';
  }

  /** Drops what has not been submitted, after a failure. */
  drop(): void {
    this.#pass = undefined;
    this.#encoder = undefined;
    this.#clock?.drop();
    this.#stage = 'input';
  }

  /** Gives the memory back. */
  dispose(): void {
    this.#clock?.dispose();
  }

  #endPass(): void {
    this.#pass?.end();
    this.#pass = undefined;
  }
}

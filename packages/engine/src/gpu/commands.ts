import type { RecordTiming, TimingName } from '../timing.js';
import { PassTimer } from './pass-timer.js';

/** Collects the commands of a frame: as few submissions as the networks allow, a compute pass for each part that is timed. */
export class Commands {
  readonly #device: GPUDevice;
  readonly #timer: PassTimer | undefined;
  #timing: TimingName = 'input';
  #encoder: GPUCommandEncoder | undefined;
  #pass: GPUComputePassEncoder | undefined;

  /**
   * @param device - Where they run.
   * @param record - Receives how long each part takes, if the device has timestamps.
   */
  constructor(device: GPUDevice, record: RecordTiming) {
    this.#device = device;
    if (device.features.has('timestamp-query')) this.#timer = new PassTimer(device, record);
  }

  /** Which part of the frame's processing the next commands belong to. */
  set timing(timing: TimingName) {
    if (timing === this.#timing) return;
    this.#timing = timing;
    this.#endPass();
  }

  /** The compute pass that is open; what is encoded later sees the results of what was before. */
  get pass(): GPUComputePassEncoder {
    if (this.#pass) return this.#pass;
    const { encoder } = this;
    const timestampWrites = this.#timer?.writesFor(this.#timing);
    this.#pass = encoder.beginComputePass({
      label: this.#timing,
      ...(timestampWrites && { timestampWrites }),
    });
    return this.#pass;
  }

  /** For commands outside of compute passes, such as copies: it ends the open pass. */
  get encoder(): GPUCommandEncoder {
    this.#endPass();
    this.#encoder ??= this.#device.createCommandEncoder();
    return this.#encoder;
  }

  /** Submits everything so far. */
  submit(): void {
    if (!this.#encoder) return;
    this.#device.queue.submit([this.encoder.finish()]);
    this.#encoder = undefined;
  }

  /** Submits the last commands of a frame. */
  finish(): void {
    this.#timer?.encode(this.encoder);
    this.submit();
    this.#timer?.afterSubmit();
    this.#timing = 'input';
  }

  /** Drops what has not been submitted, after a failure. */
  drop(): void {
    this.#pass = undefined;
    this.#encoder = undefined;
    this.#timer?.drop();
    this.#timing = 'input';
  }

  /** Frees the memory. */
  dispose(): void {
    this.#timer?.dispose();
  }

  #endPass(): void {
    this.#pass?.end();
    this.#pass = undefined;
  }
}

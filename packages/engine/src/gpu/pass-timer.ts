import type { StatisticsRecorder, TimingName } from '../statistics.js';
import { Readback } from './readback.js';
import { BUFFER } from './usage.js';

/** The most passes of a frame that are timed. */
const MOST = 24;

/** A time is a u64. */
const BYTES = BigUint64Array.BYTES_PER_ELEMENT;

/** Which passes of a frame were timed, in their order. */
type Passes = readonly TimingName[];

/**
 * Tells how long each stage takes on the GPU itself, where the device has the feature `timestamp-query`. The network runs
 * between two passes: its time is what lies between them.
 */
export class PassTimer {
  readonly #statistics: StatisticsRecorder;
  readonly #queries: GPUQuerySet;
  readonly #times: GPUBuffer;
  readonly #readback: Readback<Passes>;
  #passes: TimingName[] = [];

  /**
   * @param device - With the feature.
   * @param statistics - Receives the times.
   */
  constructor(device: GPUDevice, statistics: StatisticsRecorder) {
    this.#statistics = statistics;
    this.#queries = device.createQuerySet({ type: 'timestamp', count: 2 * MOST });
    this.#times = device.createBuffer({
      label: 'times',
      size: 2 * MOST * BYTES,
      usage: BUFFER.QUERY_RESOLVE | BUFFER.COPY_SRC,
    });
    this.#readback = new Readback(device, 2 * MOST * BYTES, (result, passes) => {
      this.#learn(new BigUint64Array(result), passes);
    });
  }

  /** How the next pass is timed; `undefined` where there have been too many. */
  writesFor(stage: TimingName): GPUComputePassTimestampWrites | undefined {
    const index = this.#passes.length;
    if (index === MOST) return undefined;
    this.#passes.push(stage);
    return {
      querySet: this.#queries,
      beginningOfPassWriteIndex: 2 * index,
      endOfPassWriteIndex: 2 * index + 1,
    };
  }

  /** Sends the times of a frame on their way. */
  encode(encoder: GPUCommandEncoder): void {
    if (this.#passes.length === 0) return;
    encoder.resolveQuerySet(this.#queries, 0, 2 * this.#passes.length, this.#times, 0);
    this.#readback.encode(encoder, this.#times, this.#passes);
    this.#passes = [];
  }

  /** Forgets the passes of a frame that failed. */
  drop(): void {
    this.#passes = [];
  }

  /** To be called when the commands have been submitted. */
  afterSubmit(): void {
    this.#readback.afterSubmit();
  }

  /** Gives the memory back. */
  dispose(): void {
    this.#queries.destroy();
    this.#times.destroy();
    this.#readback.dispose();
  }

  #learn(times: BigUint64Array, passes: Passes): void {
    const sums: Partial<Record<TimingName, number>> = {};
    const add = (stage: TimingName, from: bigint | undefined, to: bigint | undefined) => {
      if (from === undefined || to === undefined || to < from) return;
      sums[stage] = (sums[stage] ?? 0) + Number(to - from) / 1e6;
    };
    for (const [i, stage] of passes.entries()) {
      // Between what it was shown and what is made of it, the network is at work.
      if (i > 0 && passes[i - 1] === 'input') add('segmentation', times[2 * i - 1], times[2 * i]);
      add(stage, times[2 * i], times[2 * i + 1]);
    }
    for (const [stage, milliseconds] of Object.entries(sums)) {
      this.#statistics.take(stage as TimingName, milliseconds);
    }
  }
}

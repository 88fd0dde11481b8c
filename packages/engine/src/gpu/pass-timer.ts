import type { RecordTiming, TimingName } from '../timing.js';
import { BUFFER } from './memory.js';
import { Readback } from './readback.js';

/** Passes of a frame beyond this number are not timed. */
const MOST = 24;

/** Timestamps are of type u64. */
const BYTES = BigUint64Array.BYTES_PER_ELEMENT;

/** The passes of a frame that were timed, in order. */
type Passes = readonly TimingName[];

/**
 * Measures the parts of a frame's processing on the GPU itself, where the device has the feature `timestamp-query`. The
 * networks that submit themselves run between two passes: their time is the gap between them.
 */
export class PassTimer {
  readonly #record: RecordTiming;
  readonly #queries: GPUQuerySet;
  readonly #times: GPUBuffer;
  readonly #readback: Readback<Passes>;
  #passes: TimingName[] = [];

  /**
   * @param device - With the feature.
   * @param record - Receives the times.
   */
  constructor(device: GPUDevice, record: RecordTiming) {
    this.#record = record;
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

  /** How the next pass is timed; `undefined` if there were too many. */
  writesFor(name: TimingName): GPUComputePassTimestampWrites | undefined {
    const index = this.#passes.length;
    if (index === MOST) return undefined;
    this.#passes.push(name);
    return {
      querySet: this.#queries,
      beginningOfPassWriteIndex: 2 * index,
      endOfPassWriteIndex: 2 * index + 1,
    };
  }

  /** Encodes the readback of a frame's times. */
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

  /** Call when the commands have been submitted. */
  afterSubmit(): void {
    this.#readback.afterSubmit();
  }

  /** Frees the memory. */
  dispose(): void {
    this.#queries.destroy();
    this.#times.destroy();
    this.#readback.dispose();
  }

  #learn(times: BigUint64Array, passes: Passes): void {
    const sums: Partial<Record<TimingName, number>> = {};
    const add = (name: TimingName, from: bigint | undefined, to: bigint | undefined) => {
      if (from === undefined || to === undefined || to < from) return;
      sums[name] = (sums[name] ?? 0) + Number(to - from) / 1e6;
    };
    for (const [i, name] of passes.entries()) {
      // Between its input and what is made of its output, a network runs that submits itself.
      if (i > 0 && passes[i - 1] === 'input') add('segmentation', times[2 * i - 1], times[2 * i]);
      add(name, times[2 * i], times[2 * i + 1]);
    }
    for (const [name, milliseconds] of Object.entries(sums)) {
      this.#record(name as TimingName, milliseconds);
    }
  }
}

import type { ElsewhereError } from '@elsewhere/engine';
import type { EngineClient } from './engine/client.js';
import type { Health, SessionStatistics } from './engine/protocol.js';
import type { CapturedTrack } from './strategies/strategy.js';

/** The counters of {@link SessionStatistics}. */
const COUNTERS = ['framesIn', 'framesOut', 'placeholders', 'dropped'] as const;

/** A track that is being processed. It outlives the engine's worker: a new one continues where the last one failed. */
export class ProcessedTrack {
  /** The session's id in the worker. */
  readonly id: number;
  /** The caller's track. */
  readonly source: MediaStreamTrack;
  /** The processed track. */
  readonly output: MediaStreamTrack;
  health: Health = 'starting';
  error: ElsewhereError | undefined;
  /** What the present worker has reported. */
  statistics: SessionStatistics | undefined;
  /** The worker that processes it. */
  #worker: EngineClient | undefined;
  readonly #captured: CapturedTrack;
  readonly #stopped = new AbortController();
  /** Counters of the workers before. */
  #before: Counters = ZERO;

  /**
   * @param id - Unique among the tracks of a worker.
   * @param source - The caller's track.
   * @param captured - How its frames get in and out.
   */
  constructor(id: number, source: MediaStreamTrack, captured: CapturedTrack) {
    this.id = id;
    this.source = source;
    this.output = captured.output;
    if (source.contentHint) this.output.contentHint = source.contentHint;
    this.#captured = captured;
  }

  /** Whether either side was stopped. */
  get hasEnded(): boolean {
    return this.source.readyState === 'ended' || this.output.readyState === 'ended';
  }

  /** The counters of all workers. */
  get counters(): Counters {
    return sum(this.statistics ? [this.#before, this.statistics] : [this.#before]);
  }

  /** Whether a worker processes it, or one has that failed. */
  get hasStarted(): boolean {
    return this.#worker !== undefined;
  }

  /** Lets a worker process it, unless it does. The worker before must have been terminated. */
  start(worker: EngineClient): void {
    if (this.#worker === worker) return;
    this.#worker = worker;
    this.#before = this.counters;
    this.statistics = undefined;
    const { source, output, transfer } = this.#captured.open();
    worker.post({ type: 'start', session: this.id, source, output }, transfer);
  }

  /** Calls `end` when the source ends by itself or the signal is aborted, unless {@link ProcessedTrack.stop} comes first. */
  endWith(end: () => void, signal: AbortSignal | undefined): void {
    const options = { signal: this.#stopped.signal };
    this.source.addEventListener('ended', end, options);
    signal?.addEventListener('abort', end, options);
  }

  /** Ends the output. */
  stop(worker: EngineClient | undefined): void {
    this.#stopped.abort();
    worker?.post({ type: 'stop', session: this.id });
    this.#captured.close();
  }
}

/** The counters of one track or several. */
export type Counters = Readonly<Record<(typeof COUNTERS)[number], number>>;

/** All counters at 0. */
export const ZERO: Counters = { framesIn: 0, framesOut: 0, placeholders: 0, dropped: 0 };

/** Adds counters up. */
export function sum(all: Iterable<Counters>): Counters {
  const total = { ...ZERO };
  for (const each of all) for (const name of COUNTERS) total[name] += each[name];
  return total;
}

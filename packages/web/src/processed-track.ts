import type { ElsewhereError } from '@elsewhere/engine';
import type { EngineClient } from './engine/client.js';
import type { Health, SessionStatistics } from './engine/protocol.js';
import type { CapturedTrack } from './strategies/strategy.js';

/** The counters of {@link SessionStatistics}. */
const COUNTERS = ['framesIn', 'framesOut', 'placeholders', 'dropped'] as const;

/** A track that is being processed, through all the workers that it may need. */
export class ProcessedTrack {
  /** Its number for the worker. */
  readonly id: number;
  /** Where the frames come from; the caller's. */
  readonly source: MediaStreamTrack;
  /** What comes out. */
  readonly output: MediaStreamTrack;
  health: Health = 'starting';
  error: ElsewhereError | undefined;
  readonly #connection: CapturedTrack;
  readonly #over = new AbortController();
  /** What the workers before have done. */
  #before: Counters = NOTHING;
  #last: SessionStatistics | undefined;

  /**
   * @param id - A number that no other track of the worker has.
   * @param source - The camera's track.
   * @param connection - Its ways in and out.
   */
  constructor(id: number, source: MediaStreamTrack, connection: CapturedTrack) {
    this.id = id;
    this.source = source;
    this.output = connection.output;
    if (source.contentHint) this.output.contentHint = source.contentHint;
    this.#connection = connection;
  }

  /** Whether somebody has stopped either side. */
  get isOver(): boolean {
    return this.source.readyState === 'ended' || this.output.readyState === 'ended';
  }

  /** The figures of its present worker. */
  get statistics(): SessionStatistics | undefined {
    return this.#last;
  }

  set statistics(statistics: SessionStatistics | undefined) {
    this.#last = statistics;
  }

  /** What has been done for it since it was connected. */
  get counters(): Counters {
    const total = { ...this.#before };
    for (const name of COUNTERS) total[name] += this.#last?.[name] ?? 0;
    return total;
  }

  /** Lets a worker process it; the worker before is dead. */
  start(worker: EngineClient): void {
    this.#before = this.counters;
    this.#last = undefined;
    const { source, output, transfer } = this.#connection.open();
    worker.send({ type: 'start', session: this.id, source, output }, transfer);
  }

  /**
   * Says when it is to end.
   *
   * @param end - Called when the source ends by itself or the signal is aborted, unless it is stopped before.
   */
  endWith(end: () => void, signal: AbortSignal | undefined): void {
    const { signal: over } = this.#over;
    this.source.addEventListener('ended', end, { signal: over });
    signal?.addEventListener('abort', end, { signal: over });
  }

  /** TrackPorts it. */
  stop(worker: EngineClient | undefined): void {
    this.#over.abort();
    worker?.send({ type: 'stop', session: this.id });
    this.#connection.close();
  }
}

/** The counters of one track or several. */
export type Counters = Record<(typeof COUNTERS)[number], number>;

/** Before anything was done. */
export const NOTHING: Readonly<Counters> = { framesIn: 0, framesOut: 0, placeholders: 0, dropped: 0 };

/** Adds counters up. */
export function sum(all: Iterable<Counters>): Counters {
  const total = { ...NOTHING };
  for (const each of all) for (const name of COUNTERS) total[name] += each[name];
  return total;
}

import type { ElsewhereError } from '@elsewhere/engine';
import type { WebStatistics } from './statistics.js';

/**
 * How a `VirtualBackground` is doing:
 * - `starting`: no processed frame has come out yet.
 * - `running`: all is well.
 * - `degraded`: something failed and is being mended; what `whenUnavailable` says is shown meanwhile.
 * - `paused`: `pause()` was called; the placeholder is shown.
 * - `failed`: it failed again and again and was given up; what `whenUnavailable` says is shown.
 * - `disposed`: `dispose()` was called.
 */
export type State = 'starting' | 'running' | 'degraded' | 'paused' | 'failed' | 'disposed';

/** The state has changed. */
export class StateChangeEvent extends Event {
  /** The new state. */
  readonly state: State;
  /** What led to it, where it is `degraded` or `failed`. */
  readonly error: ElsewhereError | undefined;

  /**
   * @param state - The new state.
   * @param error - What led to it.
   */
  constructor(state: State, error?: ElsewhereError) {
    super('statechange');
    this.state = state;
    this.error = error;
  }
}

/** New figures, about once a second while a track is processed. */
export class StatisticsEvent extends Event {
  /** The figures. */
  readonly statistics: WebStatistics;

  /** @param statistics - The figures. */
  constructor(statistics: WebStatistics) {
    super('statistics');
    this.statistics = statistics;
  }
}

/** Something went wrong without anybody waiting for it: a frame that failed, a worker that broke down. */
export class BackgroundErrorEvent extends Event {
  /** What went wrong. */
  readonly error: ElsewhereError;

  /** @param error - What went wrong. */
  constructor(error: ElsewhereError) {
    super('error');
    this.error = error;
  }
}

/** The events of a `VirtualBackground` by their names. */
export interface VirtualBackgroundEvents {
  /** The state has changed. */
  statechange: StateChangeEvent;
  /** New figures, about once a second while a track is processed. */
  statistics: StatisticsEvent;
  /** Something went wrong without anybody waiting for it. */
  error: BackgroundErrorEvent;
}

import type { ElsewhereError } from '@elsewhere/engine';
import type { WebStatistics } from './statistics.js';

/**
 * The state of a `VirtualBackground`:
 * - `starting`: no processed frame has come out yet.
 * - `running`: frames are processed.
 * - `degraded`: something failed and is being restarted; `whenUnavailable` says what is shown meanwhile.
 * - `paused`: `pause()` was called; the placeholder is shown.
 * - `failed`: it failed repeatedly and is not restarted again; `whenUnavailable` says what is shown.
 * - `disposed`: `dispose()` was called.
 */
export type State = 'starting' | 'running' | 'degraded' | 'paused' | 'failed' | 'disposed';

/** The state has changed. */
export class StateChangeEvent extends Event {
  /** The new state. */
  readonly state: State;
  /** The cause, if the state is `degraded` or `failed`. */
  readonly error: ElsewhereError | undefined;

  /**
   * @param state - The new state.
   * @param error - The cause, if the state is `degraded` or `failed`.
   */
  constructor(state: State, error?: ElsewhereError) {
    super('statechange');
    this.state = state;
    this.error = error;
  }
}

/** New statistics, about once a second while a track is processed. */
export class StatisticsEvent extends Event {
  /** The new statistics. */
  readonly statistics: WebStatistics;

  /** @param statistics - The new statistics. */
  constructor(statistics: WebStatistics) {
    super('statistics');
    this.statistics = statistics;
  }
}

/** An error that no promise reports: a frame or a worker has failed, or the GPU cannot be used. */
export class BackgroundErrorEvent extends Event {
  /** What happened. */
  readonly error: ElsewhereError;

  /** @param error - What happened. */
  constructor(error: ElsewhereError) {
    super('error');
    this.error = error;
  }
}

/** The events of a `VirtualBackground` by their names. */
export interface VirtualBackgroundEvents {
  /** The state has changed. */
  statechange: StateChangeEvent;
  /** New statistics, about once a second while a track is processed. */
  statistics: StatisticsEvent;
  /** An error that no promise reports. */
  error: BackgroundErrorEvent;
}

/** An `EventTarget` that knows the types of {@link VirtualBackgroundEvents}. */
export interface VirtualBackgroundEventTarget extends EventTarget {
  /** As of any `EventTarget`. */
  addEventListener<Type extends keyof VirtualBackgroundEvents>(
    type: Type,
    listener: (this: this, event: VirtualBackgroundEvents[Type]) => void,
    options?: boolean | AddEventListenerOptions,
  ): void;
  /** As of any `EventTarget`. */
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | AddEventListenerOptions,
  ): void;
  /** As of any `EventTarget`. */
  removeEventListener<Type extends keyof VirtualBackgroundEvents>(
    type: Type,
    listener: (this: this, event: VirtualBackgroundEvents[Type]) => void,
    options?: boolean | EventListenerOptions,
  ): void;
  /** As of any `EventTarget`. */
  removeEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | EventListenerOptions,
  ): void;
}

/** `EventTarget` with types for the events; nothing of it exists at run time. */
export const VirtualBackgroundEventTarget = EventTarget as new () => VirtualBackgroundEventTarget;

import type { Backend, Quality, TimedStage } from '@elsewhere/engine';

/** How frames come in and go out here: see `docs/web.md`. */
export type StrategyName = 'window-streams' | 'worker-track' | 'pump';

/** What a `VirtualBackground` has done, all its tracks together. */
export interface WebStatistics {
  /** Frames that came from the cameras. */
  readonly framesIn: number;
  /** Processed frames that went out. */
  readonly framesOut: number;
  /** Placeholders that went out. */
  readonly placeholders: number;
  /** Frames that were left out: a newer one had come before it was their turn, or the frame rate is capped. */
  readonly dropped: number;
  /** Processed frames a second, over the last second. */
  readonly framesPerSecond: number;
  /** Milliseconds from a frame's arrival in the worker until it went out, mean over the last 30 frames or so. */
  readonly latency: number;
  /** How closely people are looked for now: what was asked for, or what `auto` has chosen. */
  readonly rung: Quality;
  /** Where the frames are computed now: on the processor, or on the GPU. */
  readonly backend: Backend;
  /** How frames come in and go out in this browser. */
  readonly strategy: StrategyName;
  /**
   * Milliseconds of each of the engine's stages, mean over the last 30 frames or so. On a GPU they are its own, and 0 where the
   * browser does not tell.
   */
  readonly milliseconds: Readonly<Record<TimedStage, number>>;
}

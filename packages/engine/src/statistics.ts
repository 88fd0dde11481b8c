import type { TimingName } from './timing.js';

/** What a pipeline has done since it was created. */
export interface Statistics {
  /** Frames that were processed. */
  readonly frames: number;
  /** Frames for which a placeholder was put out. */
  readonly placeholders: number;
  /**
   * Frames in which nobody was found, so that they show the background alone. On the GPU this is known a frame or two late, and
   * only with a quality from `medium` on.
   */
  readonly emptyFrames: number;
  /** How often earlier frames were forgotten: after a seek, a scene change, another frame size, `reset()`. */
  readonly resets: number;
  /** Milliseconds per frame by part of the processing, exponential mean over about 30 frames. */
  readonly milliseconds: Readonly<Record<TimingName, number>>;
}

/** The weight of a new measurement in the mean. */
const WEIGHT = 1 / 30;

/** Collects a pipeline's {@link Statistics}. */
export class StatisticsRecorder implements Statistics {
  frames = 0;
  placeholders = 0;
  emptyFrames = 0;
  resets = 0;
  readonly milliseconds: Record<TimingName, number> = {
    input: 0,
    segmentation: 0,
    matting: 0,
    background: 0,
    compositing: 0,
  };

  /** Adds a measurement. */
  record(name: TimingName, milliseconds: number): void {
    const mean = this.milliseconds[name];
    const weight = this.frames === 0 ? 1 : WEIGHT;
    this.milliseconds[name] = mean + weight * (milliseconds - mean);
  }
}

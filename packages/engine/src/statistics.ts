/** The parts of a frame's way that are timed. */
export type TimedStage = 'input' | 'segmentation' | 'matting' | 'background' | 'compositing';

/** What a pipeline has done since it was made. */
export interface Statistics {
  /** Frames that came out processed. */
  readonly frames: number;
  /** Frames for which a placeholder came out. */
  readonly placeholders: number;
  /** Times that the temporal state was thrown away: a seek, a cut, another size, `reset()`. */
  readonly resets: number;
  /** Mean milliseconds of each stage over the last frames (exponential, about 30 frames). */
  readonly milliseconds: Readonly<Record<TimedStage, number>>;
}

/** The parts of a frame's way that are timed: `input` is copying in and taking the small picture, `segmentation` the network. */
export type TimingName = 'input' | 'segmentation' | 'matting' | 'background' | 'compositing';

/** What a pipeline has done since it was made. */
export interface Statistics {
  /** Frames that came out processed. */
  readonly frames: number;
  /** Frames for which a placeholder came out. */
  readonly placeholders: number;
  /** Times that what was known of earlier frames was dropped: a seek, a cut, another size, `reset()`. */
  readonly resets: number;
  /** Milliseconds of each stage, mean over the last 30 frames or so (exponential). */
  readonly milliseconds: Readonly<Record<TimingName, number>>;
}

/** The weight of a new measurement in the mean. */
const WEIGHT = 1 / 30;

/** Keeps a pipeline's {@link Statistics}. */
export class StatisticsRecorder implements Statistics {
  frames = 0;
  placeholders = 0;
  resets = 0;
  readonly milliseconds: Record<TimingName, number> = {
    input: 0,
    segmentation: 0,
    matting: 0,
    background: 0,
    compositing: 0,
  };
  #began = 0;

  /** Starts the clock of the first stage. */
  begin(): void {
    this.#began = performance.now();
  }

  /** Stops the clock of a stage and starts that of the next. */
  end(stage: TimingName): void {
    const now = performance.now();
    this.take(stage, now - this.#began);
    this.#began = now;
  }

  /** Takes in what a stage took. */
  take(stage: TimingName, milliseconds: number): void {
    const mean = this.milliseconds[stage];
    const weight = this.frames === 0 ? 1 : WEIGHT;
    this.milliseconds[stage] = mean + weight * (milliseconds - mean);
  }
}

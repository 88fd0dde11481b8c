import type { Backend } from './backend/backend-trial.js';
import type { Quality } from './segmentation/quality.js';

/** Why the last step was taken: none has been, frames took too long, or there was time to spare. */
export type StepReason = 'none' | 'overload' | 'headroom';

/** What a frame may cost. */
interface Level {
  readonly quality: Quality;
  /** Frames per second. */
  readonly maxFrameRate: number;
  /** The part of the frame's sides that is left. */
  readonly scale: number;
}

const FULL_RATE = Number.POSITIVE_INFINITY;

/**
 * What gives way, one thing at each level. Not the levels of quality below `medium`: without a region of interest, furniture
 * and strips of wall are taken for a person for seconds, which is worse than a lower frame rate or a smaller frame.
 */
const LEVELS: readonly Level[] = [
  { quality: 'highest', maxFrameRate: FULL_RATE, scale: 1 },
  { quality: 'high', maxFrameRate: FULL_RATE, scale: 1 },
  { quality: 'medium', maxFrameRate: FULL_RATE, scale: 1 },
  { quality: 'medium', maxFrameRate: 20, scale: 1 },
  { quality: 'medium', maxFrameRate: 15, scale: 1 },
  { quality: 'medium', maxFrameRate: 15, scale: 3 / 4 },
  { quality: 'medium', maxFrameRate: 15, scale: 1 / 2 },
];

/** Where each backend begins. */
const FIRST = LEVELS.findIndex(({ quality }) => quality === 'high');

/** The highest level of each backend. Four networks a frame, as `highest` has, are too much for a CPU. */
const TOP: Readonly<Record<Backend, number>> = { cpu: FIRST, gpu: 0 };

/** No frame is scaled down to fewer lines: its shorter side, as in "360p". */
const MIN_LINES = 360;

/** A cap on the frame rate that takes less than this part of the camera's away is not worth a level. */
const WORTHWHILE = 0.1;

/** The load is a frame's latency as a part of the interval between frames. */
const LOAD = {
  /** Above this, something gives way. */
  high: 0.85,
  /** Above this, it does so after a few frames already. */
  overload: 1.5,
  /** Below this, there is time for the level above. */
  low: 0.45,
  /** The weight of a new frame in the mean. */
  weight: 1 / 20,
} as const;

const FRAMES = {
  /** The first frames at a level do not count: caches are cold, memory is allocated. */
  settling: 10,
  /** So many frames must have counted before a step down, */
  down: 30,
  /** or so few of them in overload. */
  overload: 8,
  /** So many frames in a row must have had time to spare before a step up; */
  up: 150,
  /** the number doubles, up to this, each time that a step up has to be taken back; */
  upMost: 4800,
  /** that is so where the step down comes within so many frames. */
  takenBack: 1800,
  /** So many frames without a step down halve the number again. */
  steady: 9000,
} as const;

/**
 * Adapts quality, frame rate and size to the measured latencies: down soon, up slowly, and more slowly each time that a step up
 * had to be taken back. A level that would change nothing for the present frames is passed over in both directions.
 */
export class AdaptiveQuality {
  readonly #top: number;
  #index = FIRST;
  #reason: StepReason = 'none';
  /** Since the last step. */
  #frames = 0;
  /** Since the last step down. */
  #steady = 0;
  #load = 0;
  /** For how many frames in a row there has been time to spare. */
  #calm = 0;
  #patience: number = FRAMES.up;
  #hasClimbed = false;

  /** @param backend - Where frames are processed. */
  constructor(backend: Backend) {
    this.#top = TOP[backend];
  }

  /** The quality level for the next frame. */
  get quality(): Quality {
    return levelAt(this.#index).quality;
  }

  /** The highest frame rate, in frames per second; infinity if there is no limit. */
  get maxFrameRate(): number {
    return levelAt(this.#index).maxFrameRate;
  }

  /** Why the last step was taken. */
  get reason(): StepReason {
    return this.#reason;
  }

  /**
   * The part of a frame's sides that is to be left.
   *
   * @param lines - The frame's shorter side, in pixels.
   */
  scaleOf(lines: number): number {
    let index = this.#index;
    while (index > 0 && !allows(levelAt(index), lines)) index--;
    return levelAt(index).scale;
  }

  /**
   * Records a frame.
   *
   * @param milliseconds - From its arrival until it came out.
   * @param interval - Milliseconds from one frame to the next, by the camera and the caller's limit; must be above 0.
   * @param lines - The shorter side that the frame has at scale 1, in pixels.
   */
  add(milliseconds: number, interval: number, lines: number): void {
    this.#frames++;
    this.#steady++;
    if (this.#steady % FRAMES.steady === 0) this.#patience = Math.max(FRAMES.up, this.#patience / 2);
    const counted = this.#frames - FRAMES.settling;
    if (counted <= 0) return;
    const load = milliseconds / Math.max(interval, 1000 / this.maxFrameRate);
    this.#load += Math.max(LOAD.weight, 1 / counted) * (load - this.#load);
    this.#calm = this.#load < LOAD.low ? this.#calm + 1 : 0;
    if (this.#isTooMuch(counted)) this.#stepDown(interval, lines);
    else if (this.#calm >= this.#patience) this.#stepUp(interval, lines);
  }

  #isTooMuch(counted: number): boolean {
    return (
      (counted >= FRAMES.down && this.#load > LOAD.high) ||
      (counted >= FRAMES.overload && this.#load > LOAD.overload)
    );
  }

  #stepDown(interval: number, lines: number): void {
    let index = this.#index + 1;
    while (index < LEVELS.length && !givesWay(index, interval, lines)) index++;
    if (index === LEVELS.length) return;
    if (this.#hasClimbed && this.#frames < FRAMES.takenBack) {
      this.#patience = Math.min(FRAMES.upMost, this.#patience * 2);
    }
    this.#steady = 0;
    this.#step(index, 'overload');
  }

  #stepUp(interval: number, lines: number): void {
    let index = this.#index;
    while (index > this.#top && !givesWay(index, interval, lines)) index--;
    if (index > this.#top) this.#step(index - 1, 'headroom');
  }

  #step(index: number, reason: StepReason): void {
    this.#hasClimbed = index < this.#index;
    this.#index = index;
    this.#reason = reason;
    this.#frames = 0;
    this.#load = 0;
    this.#calm = 0;
  }
}

function levelAt(index: number): Level {
  const level = LEVELS[index];
  if (!level) throw new RangeError(`There is no level ${index}.`);
  return level;
}

/** Whether a level may scale frames of so many lines down. */
function allows({ scale }: Level, lines: number): boolean {
  return scale === 1 || lines * scale >= MIN_LINES;
}

/** Whether a level costs less than the one above it, for frames of so many lines at such intervals. */
function givesWay(index: number, interval: number, lines: number): boolean {
  const [above, level] = [levelAt(index - 1), levelAt(index)];
  if (level.quality !== above.quality) return true;
  if (level.scale !== above.scale) return allows(level, lines);
  return interval < (1 - WORTHWHILE) * (1000 / level.maxFrameRate);
}

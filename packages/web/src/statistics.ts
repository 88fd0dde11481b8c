import type { Backend, Quality, TimingName } from '@elsewhere/engine';
import type { SessionStatistics } from './engine/protocol.js';
import { firstQuality, type LiveOptions } from './options.js';
import { type Counters, type ProcessedTrack, sum, ZERO } from './processed-track.js';

/** How frames get into the worker and out again in this browser; see `docs/web.md`. */
export type StrategyName = 'window-streams' | 'worker-track' | 'pump';

/**
 * Why frames are processed as {@link Adaptation} says. Reasons are stable: programs may compare them.
 *
 * - `none`: as it was set, or as `auto` began.
 * - `loading`: the second network is not there yet, or cannot be had, of which an `error` event has told.
 * - `platform-mask`: the platform has segmented the frames itself, so that no network is needed.
 * - `overload`: frames took too long, and quality, frame rate or size gave way.
 * - `headroom`: there was time to spare, and some of it came back, or more than that.
 */
export type AdaptationReason = 'none' | 'loading' | 'platform-mask' | 'overload' | 'headroom';

/** What the present frames are processed with: what was set, or what `quality: 'auto'` has made of it. */
export interface Adaptation {
  /** The quality level. */
  readonly quality: Quality;
  /** The highest frame rate, in frames per second; `undefined`: the camera's. Never above the option `maxFrameRate`. */
  readonly maxFrameRate: number | undefined;
  /** Width and height of the output as a part of what the camera and the option `maxSize` give: 1, 0.75 or 0.5. */
  readonly scale: number;
  /** Why. */
  readonly reason: AdaptationReason;
  /** Since when, in milliseconds since 1970, as `Date.now()` gives them. */
  readonly since: number;
}

/** Statistics of a `VirtualBackground`, over all its tracks. */
export interface WebStatistics {
  /** Frames that the cameras have given. */
  readonly framesIn: number;
  /** Processed frames that have come out. */
  readonly framesOut: number;
  /** Placeholders that have come out. */
  readonly placeholders: number;
  /** Frames that were dropped: a newer one replaced them before they were processed, or the frame rate is capped. */
  readonly dropped: number;
  /** Processed frames per second, over the last second. */
  readonly framesPerSecond: number;
  /** Milliseconds from a frame's arrival in the worker until it comes out, mean over the last 30 frames or so. */
  readonly latency: number;
  /** The quality level of the present frames: the one that was set, or the one that `auto` has chosen. */
  readonly quality: Quality;
  /** Quality level, frame rate and size of the present frames, and why; of the first track, if there are several. */
  readonly adaptation: Adaptation;
  /** The backend that processes the present frames. */
  readonly backend: Backend;
  /** How frames get into the worker and out again in this browser. */
  readonly strategy: StrategyName;
  /**
   * Milliseconds that each part of the work takes per frame, mean over the last 30 frames or so. On a GPU: the GPU's own
   * times, or 0 where the browser does not report them.
   */
  readonly milliseconds: Readonly<Record<TimingName, number>>;
}

const STAGES: readonly TimingName[] = ['input', 'segmentation', 'matting', 'background', 'compositing'];

/** Combines the statistics of all tracks. */
export class StatisticsKeeper {
  readonly #strategy: StrategyName;
  /** Counters of tracks that have ended. */
  #past: Counters = ZERO;
  readonly #since = Date.now();
  #framesPerSecond = 0;
  #measured: { readonly time: number; readonly framesOut: number } | undefined;

  constructor(strategy: StrategyName) {
    this.#strategy = strategy;
  }

  /** Keeps the counters of a track that has ended. */
  retire(track: ProcessedTrack): void {
    this.#past = sum([this.#past, track.counters]);
  }

  /** Measures the frame rate since the last call. */
  measure(tracks: Iterable<ProcessedTrack>, time: number): void {
    const { framesOut } = sum([this.#past, ...Array.from(tracks, ({ counters }) => counters)]);
    const before = this.#measured;
    this.#measured = { time, framesOut };
    if (before && time > before.time) {
      this.#framesPerSecond = (1000 * (framesOut - before.framesOut)) / (time - before.time);
    }
  }

  /**
   * The present statistics.
   *
   * @param tracks - Those that have not ended.
   * @param options - What is reported while no track has statistics comes from these.
   */
  get(tracks: Iterable<ProcessedTrack>, options: LiveOptions): WebStatistics {
    const all = [...tracks];
    const current = all.flatMap(({ statistics }) => statistics ?? []);
    const adaptation = current[0]?.adaptation ?? this.#initial(options);
    return {
      ...sum([this.#past, ...all.map(({ counters }) => counters)]),
      framesPerSecond: this.#framesPerSecond,
      latency: mean(current, ({ latency }) => latency),
      quality: adaptation.quality,
      adaptation,
      backend: current[0]?.backend ?? 'cpu',
      strategy: this.#strategy,
      milliseconds: Object.fromEntries(
        STAGES.map((stage) => [stage, mean(current, ({ milliseconds }) => milliseconds[stage])]),
      ) as Record<TimingName, number>,
    };
  }

  #initial({ quality, maxFrameRate }: LiveOptions): Adaptation {
    return { quality: firstQuality(quality), maxFrameRate, scale: 1, reason: 'none', since: this.#since };
  }
}

function mean(all: readonly SessionStatistics[], value: (each: SessionStatistics) => number): number {
  return all.length === 0 ? 0 : all.reduce((total, each) => total + value(each), 0) / all.length;
}

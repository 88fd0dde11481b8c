import type { Backend, Quality, TimingName } from '@elsewhere/engine';
import type { SessionStatistics } from './engine/protocol.js';
import { type Counters, NOTHING, type ProcessedTrack, sum } from './processed-track.js';

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
  readonly quality: Quality;
  /** Where the frames are computed now: on the processor, or on the GPU. */
  readonly backend: Backend;
  /** How frames come in and go out in this browser. */
  readonly strategy: StrategyName;
  /**
   * Milliseconds of each of the engine's stages, mean over the last 30 frames or so. On a GPU they are its own, and 0 where the
   * browser does not tell.
   */
  readonly milliseconds: Readonly<Record<TimingName, number>>;
}

const STAGES: readonly TimingName[] = ['input', 'segmentation', 'matting', 'background', 'compositing'];

/** Makes one set of figures of those of all tracks. */
export class StatisticsKeeper {
  readonly #strategy: StrategyName;
  /** What was done for tracks that are over. */
  #past: Counters = NOTHING;
  #framesPerSecond = 0;
  #measured: { readonly time: number; readonly framesOut: number } | undefined;

  /** @param strategy - How frames go here. */
  constructor(strategy: StrategyName) {
    this.#strategy = strategy;
  }

  /** Keeps the counters of a track that is over. */
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

  /** The figures of now. */
  get(tracks: Iterable<ProcessedTrack>, quality: Quality): WebStatistics {
    const all = [...tracks];
    const current = all.flatMap(({ statistics }) => statistics ?? []);
    return {
      ...sum([this.#past, ...all.map(({ counters }) => counters)]),
      framesPerSecond: this.#framesPerSecond,
      latency: mean(current, ({ latency }) => latency),
      quality: current[0]?.quality ?? quality,
      backend: current[0]?.backend ?? 'cpu',
      strategy: this.#strategy,
      milliseconds: Object.fromEntries(
        STAGES.map((stage) => [stage, mean(current, ({ milliseconds }) => milliseconds[stage])]),
      ) as Record<TimingName, number>,
    };
  }
}

function mean(all: readonly SessionStatistics[], value: (each: SessionStatistics) => number): number {
  return all.length === 0 ? 0 : all.reduce((total, each) => total + value(each), 0) / all.length;
}

import type { Quality, TimedStage } from '@elsewhere/engine';
import type { SessionStatistics } from './messages.js';
import { type Counters, NOTHING, type ProcessedTrack, sum } from './processed-track.js';
import type { StrategyName, WebStatistics } from './statistics.js';

const STAGES: readonly TimedStage[] = ['input', 'segmentation', 'matting', 'background', 'compositing'];

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
  get(tracks: Iterable<ProcessedTrack>, rung: Quality): WebStatistics {
    const all = [...tracks];
    const current = all.flatMap(({ statistics }) => statistics ?? []);
    return {
      ...sum([this.#past, ...all.map(({ counters }) => counters)]),
      framesPerSecond: this.#framesPerSecond,
      latency: mean(current, ({ latency }) => latency),
      rung: current[0]?.rung ?? rung,
      backend: current[0]?.backend ?? 'cpu',
      strategy: this.#strategy,
      milliseconds: Object.fromEntries(
        STAGES.map((stage) => [stage, mean(current, ({ milliseconds }) => milliseconds[stage])]),
      ) as Record<TimedStage, number>,
    };
  }
}

function mean(all: readonly SessionStatistics[], value: (each: SessionStatistics) => number): number {
  return all.length === 0 ? 0 : all.reduce((total, each) => total + value(each), 0) / all.length;
}

import type { Loaded } from './loaded.js';
import type { Use } from './meter.js';
import type { CameraFrame, OutputFrame, PageRecord, Start } from './pages/messages.js';
import { isRaw } from './raw-frames.js';

/** The measurements of one row. All times are in milliseconds since the epoch. */
export interface Observation {
  readonly record: PageRecord;
  readonly start: Start;
  /** The pass-through in the same browser, measured just before. */
  readonly baseline: Use;
  /** The running library. */
  readonly work: Use;
  /** When backgrounds were switched; absent if they were not. */
  readonly switching?: readonly [from: number, to: number];
  /** The frame time that the library itself reports, in milliseconds. */
  readonly ownLatency: number | null;
  /** What the page had loaded when the first processed frame came. */
  readonly loaded: Loaded;
}

/** The figures of one row. */
export interface Figures {
  /** Output frames per second. */
  readonly framesPerSecond: number;
  /** CPU milliseconds that the pass-through used per frame, at 30 frames per second. */
  readonly baseline: number;
  /** CPU milliseconds per output frame, above what the pass-through used in the same time. */
  readonly processor: number;
  /** MB of all processes above the pass-through, without mapped files. */
  readonly memory: number;
  /** Milliseconds from when a frame reaches a consumer of the camera until it is output; absent if no number could be read. */
  readonly latency?: number;
  readonly latency95?: number;
  readonly ownLatency?: number;
  /** Milliseconds until the library reported that it was ready. */
  readonly ready: number;
  /** Milliseconds until the first frame that does not show the camera background. */
  readonly first?: number;
  /**
   * The longest task of the page's thread since the start, in milliseconds (0 if none took 50), and how many took longer than
   * 50.
   */
  readonly longestTask: number;
  readonly longTasks: number;
  /**
   * Frames that show the camera background: before the first processed one, with a constant background, and while it is
   * switched.
   */
  readonly rawAtStart: number;
  readonly rawAtWork: number;
  readonly rawAtSwitching?: number;
  /** What the page had loaded when the first processed frame came. */
  readonly loaded: Loaded;
}

/** Computes the figures of a row. */
export function figuresOf({
  record,
  start,
  baseline,
  work,
  switching,
  ownLatency,
  loaded,
}: Observation): Figures {
  const out = record.output.filter(([, arrived]) => arrived >= start.began);
  const first = firstProcessed(record.output, start.began);
  const atWork = between(out, work.from, work.to);
  const seconds = (work.to - work.from) / 1000;
  const baselineShare = baseline.processor / ((baseline.to - baseline.from) / 1000);
  const latencies = latenciesOf(record.camera, atWork);
  const tasks = record.tasks.filter(([began]) => began >= start.began).map(([, length]) => length);
  const rawIn = (frames: readonly OutputFrame[]) => frames.filter(([, , share]) => isRaw(share)).length;
  return {
    framesPerSecond: atWork.length / seconds,
    baseline: (1000 * baselineShare) / 30,
    processor: (1000 * (work.processor - baselineShare * seconds)) / atWork.length,
    memory: work.memory - baseline.memory,
    ...(latencies.length > 0 && { latency: quantile(latencies, 0.5), latency95: quantile(latencies, 0.95) }),
    ...(ownLatency !== null && { ownLatency }),
    ready: start.ready - start.began,
    ...(first && { first: first[1] - start.began }),
    longestTask: Math.max(0, ...tasks),
    longTasks: tasks.length,
    rawAtStart: rawIn(between(out, start.began, work.from)),
    rawAtWork: rawIn(atWork),
    ...(switching && { rawAtSwitching: rawIn(between(out, ...switching)) }),
    loaded,
  };
}

/** The first output frame since a time that does not show the camera background. */
export function firstProcessed(output: readonly OutputFrame[], began: number): OutputFrame | undefined {
  return output.find(([, arrived, share]) => arrived >= began && !isRaw(share));
}

function between(frames: readonly OutputFrame[], from: number, to: number): readonly OutputFrame[] {
  return frames.filter(([, arrived]) => arrived >= from && arrived < to);
}

/** The latencies of frames whose number could be read: from the last of the camera's frames with this number. */
function latenciesOf(camera: readonly CameraFrame[], frames: readonly OutputFrame[]): readonly number[] {
  const latencies: number[] = [];
  for (const [number, arrived] of frames) {
    if (number < 0) continue;
    const shown = camera.findLast((frame) => frame[0] === number && frame[1] <= arrived);
    if (shown) latencies.push(arrived - shown[1]);
  }
  return latencies;
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

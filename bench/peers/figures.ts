import type { Use } from './meter.js';
import type { Shown, Start, Watched } from './pages/messages.js';
import { isRaw } from './room.js';

/** What was seen of one row. All times in milliseconds since the epoch. */
export interface Observation {
  readonly watched: Watched;
  readonly start: Start;
  /** Of the pass-through in the same browser, just before. */
  readonly floor: Use;
  /** Of the library at work. */
  readonly work: Use;
  /** From when on backgrounds were switched; none where they were not. */
  readonly switching?: readonly [from: number, to: number];
  /** Milliseconds that the library itself says a frame takes. */
  readonly ownLatency: number | null;
}

/** The figures of one row. */
export interface Figures {
  /** Frames a second that came out. */
  readonly framesPerSecond: number;
  /** Milliseconds of the processor that the pass-through used in the time of a frame of 30 a second. */
  readonly floor: number;
  /** Milliseconds of the processor a frame that came out, above what the pass-through used in the same time. */
  readonly processor: number;
  /** MB of all processes above the pass-through, without the programs themselves. */
  readonly memory: number;
  /** Milliseconds from when a frame reaches a consumer of the camera until it comes out; none where timestamps are lost. */
  readonly latency?: number;
  readonly latency95?: number;
  readonly ownLatency?: number;
  /** Milliseconds until the library said that it was ready. */
  readonly ready: number;
  /** Milliseconds until the first frame that does not show the room. */
  readonly first?: number;
  /** The longest task of the page's thread, in milliseconds (0 where none took 50), and how many took longer than 50: from the start on. */
  readonly longestTask: number;
  readonly longTasks: number;
  /** Frames that show the room: before the first processed one, while the background stays, and while it is switched. */
  readonly rawAtStart: number;
  readonly rawAtWork: number;
  readonly rawAtSwitching?: number;
}

/** Milliseconds; who is further off does not have the camera's timestamps. */
const SAME_CLOCK = 30_000;

/** Works out the figures of a row. */
export function figuresOf({ watched, start, floor, work, switching, ownLatency }: Observation): Figures {
  const out = watched.output.filter(([, arrived]) => arrived >= start.began);
  const first = out.find(([, , room]) => !isRaw(room));
  const atWork = between(out, work.from, work.to);
  const seconds = (work.to - work.from) / 1000;
  const floorShare = floor.processor / ((floor.to - floor.from) / 1000);
  const latencies = latenciesOf(watched, start.began, atWork);
  const tasks = watched.tasks.filter(([began]) => began >= start.began).map(([, length]) => length);
  const rawIn = (frames: readonly Shown[]) => frames.filter(([, , room]) => isRaw(room)).length;
  return {
    framesPerSecond: atWork.length / seconds,
    floor: (1000 * floorShare) / 30,
    processor: (1000 * (work.processor - floorShare * seconds)) / atWork.length,
    memory: work.memory - floor.memory,
    ...(latencies.length > 0 && { latency: quantile(latencies, 0.5), latency95: quantile(latencies, 0.95) }),
    ...(ownLatency !== null && { ownLatency }),
    ready: start.ready - start.began,
    ...(first && { first: first[1] - start.began }),
    longestTask: Math.max(0, ...tasks),
    longTasks: tasks.length,
    rawAtStart: rawIn(between(out, start.began, work.from)),
    rawAtWork: rawIn(atWork),
    ...(switching && { rawAtSwitching: rawIn(between(out, ...switching)) }),
  };
}

function between(frames: readonly Shown[], from: number, to: number): readonly Shown[] {
  return frames.filter(([, arrived]) => arrived >= from && arrived < to);
}

/**
 * Of those frames that kept the camera's timestamp. Its clock is set by the frames that came before the start: later, a
 * library may keep frames from the camera's other consumers.
 */
function latenciesOf({ camera }: Watched, began: number, frames: readonly Shown[]): readonly number[] {
  const behind = camera.flatMap(([timestamp, arrived]) =>
    arrived < began ? [arrived - timestamp / 1000] : [],
  );
  if (behind.length === 0) return [];
  const clock = quantile(behind, 0.5);
  return frames
    .map(([timestamp, arrived]) => arrived - timestamp / 1000 - clock)
    .filter((latency) => Math.abs(latency) < SAME_CLOCK);
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

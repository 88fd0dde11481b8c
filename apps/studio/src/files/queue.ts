import type { Choice } from '../state/choice.js';

/** A converted recording. */
export interface Converted {
  readonly blob: Blob;
  /** The name under which it is saved. */
  readonly name: string;
  /** Warnings of the converter. */
  readonly warnings: readonly string[];
}

/** The state of a recording. */
export type Stage =
  | { readonly stage: 'ready' }
  | { readonly stage: 'waiting'; readonly choice: Choice }
  | {
      readonly stage: 'working';
      readonly choice: Choice;
      /** The progress, 0..1. */
      readonly share: number;
      /** When the conversion started and when `share` was measured, in milliseconds of the same clock. */
      readonly since: number;
      readonly at: number;
    }
  | { readonly stage: 'done'; readonly converted: Converted }
  | { readonly stage: 'failed'; readonly code: string };

/** A recording in the queue. */
export type Job = Stage & { readonly id: number; readonly file: File };

/** All recordings, in the order in which they were added. */
export type Queue = readonly Job[];

/** Events that change the queue. */
export type Event =
  | { readonly type: 'added'; readonly id: number; readonly file: File }
  | { readonly type: 'ordered'; readonly id: number; readonly choice: Choice }
  | { readonly type: 'started'; readonly id: number; readonly at: number }
  | { readonly type: 'progressed'; readonly id: number; readonly share: number; readonly at: number }
  | { readonly type: 'finished'; readonly id: number; readonly converted: Converted }
  | { readonly type: 'failed'; readonly id: number; readonly code: string }
  | { readonly type: 'cancelled'; readonly id: number }
  | { readonly type: 'removed'; readonly id: number };

/** The queue after an event. Late events of a cancelled conversion change nothing. */
export function after(queue: Queue, event: Event): Queue {
  switch (event.type) {
    case 'added':
      return [...queue, { id: event.id, file: event.file, stage: 'ready' }];
    case 'removed':
      return queue.filter(({ id }) => id !== event.id);
    default:
      return queue.map((job) =>
        job.id === event.id ? { id: job.id, file: job.file, ...next(job, event) } : job,
      );
  }
}

type Change = Exclude<Event, { type: 'added' | 'removed' }>;

function next(now: Stage, event: Change): Stage {
  switch (event.type) {
    case 'ordered':
      return isUnderWay(now) ? now : { stage: 'waiting', choice: event.choice };
    case 'started':
      if (now.stage !== 'waiting') return now;
      return { stage: 'working', choice: now.choice, share: 0, since: event.at, at: event.at };
    case 'progressed':
      return now.stage === 'working' ? { ...now, share: event.share, at: event.at } : now;
    case 'finished':
      return now.stage === 'working' ? { stage: 'done', converted: event.converted } : now;
    case 'failed':
      return now.stage === 'working' ? { stage: 'failed', code: event.code } : now;
    case 'cancelled':
      return isUnderWay(now) ? { stage: 'ready' } : now;
  }
}

/** Whether a recording is queued or being converted. */
export function isUnderWay({ stage }: Stage): boolean {
  return stage === 'waiting' || stage === 'working';
}

/** The next recording to convert; none while another one is being converted. */
export function upNext(queue: Queue): Extract<Job, { stage: 'waiting' }> | undefined {
  if (queue.some(({ stage }) => stage === 'working')) return undefined;
  return queue.find((job) => job.stage === 'waiting');
}

/** The progress from which the speed can be estimated. */
const ENOUGH = 0.02;

/** The estimated seconds left; `undefined` at the beginning. */
export function secondsLeft(stage: Stage): number | undefined {
  if (stage.stage !== 'working' || stage.share < ENOUGH) return undefined;
  const { share, since, at } = stage;
  return (((at - since) / share) * (1 - share)) / 1000;
}

/** `talk.mov` as an MP4 becomes `talk.elsewhere.mp4`. */
export function nameOf(original: string, mimeType: string): string {
  const extension = mimeType.startsWith('video/webm') ? 'webm' : 'mp4';
  return `${original.replace(/\.[^.]+$/, '')}.elsewhere.${extension}`;
}

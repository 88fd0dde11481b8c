import type { ConversionProgress, ConversionWarningCode } from '@elsewhere/engine';
import type { ConvertReport } from '@elsewhere/node';
import { codeOf, exitCodeOf, sentenceOf } from './exit-codes.js';
import type { Job } from './output.js';
import { doneOf, type Speed } from './progress.js';

/** One line of `--json` while converting. Names and meanings are stable; further properties may come. */
export type ConvertEvent =
  | { readonly type: 'start'; readonly input: string; readonly output: string }
  | {
      readonly type: 'progress';
      readonly input: string;
      readonly output: string;
      /** Frames written so far. */
      readonly frames: number;
      /** Seconds of the input that are done. */
      readonly seconds: number;
      /** Seconds to convert in all, if known. */
      readonly totalSeconds?: number;
      /** 0..100, if known. */
      readonly percent?: number;
      /** Frames per second at the moment. */
      readonly fps?: number;
      /** Estimated seconds until it is done, if known. */
      readonly secondsLeft?: number;
    }
  | {
      readonly type: 'warning';
      readonly input: string;
      readonly output: string;
      readonly code: ConversionWarningCode;
      readonly message: string;
    }
  | {
      /** An input that is not converted. */
      readonly type: 'warning';
      readonly input: string;
      readonly code: 'RESULT_LEFT_OUT';
      readonly message: string;
    }
  | (Omit<ConvertReport, 'input' | 'warnings' | 'codedWidth' | 'codedHeight'> & {
      readonly type: 'done';
      readonly input: string;
      /** Frames per second over the whole conversion. */
      readonly fps: number;
      /** Whether the input was damaged, so that something is missing. */
      readonly damaged: boolean;
    })
  | ErrorEvent;

/** An error as a line of `--json`. */
export interface ErrorEvent {
  readonly type: 'error';
  readonly input?: string;
  readonly output?: string;
  /** The error's code, or `UNEXPECTED`. */
  readonly code: string;
  readonly message: string;
  /** Its exit code. */
  readonly exitCode: number;
}

/**
 * One line of JSON.
 *
 * @param event - What to write.
 * @returns The line with its line break.
 */
export function jsonLine(event: object): string {
  return `${JSON.stringify(event)}\n`;
}

/**
 * An error as an event.
 *
 * @param error - Anything that was thrown.
 * @param job - The input that it belongs to, if any.
 */
export function errorEvent(error: unknown, job?: Job): ErrorEvent {
  return {
    type: 'error',
    ...(job ? { input: job.input, output: job.output } : {}),
    code: codeOf(error) ?? 'UNEXPECTED',
    message: sentenceOf(error),
    exitCode: exitCodeOf(error),
  };
}

/**
 * Progress as an event.
 *
 * @param job - The input and its output.
 * @param progress - What the conversion says.
 * @param speed - What was measured.
 */
export function progressEvent(
  { input, output }: Job,
  progress: ConversionProgress,
  speed: Speed,
): ConvertEvent {
  const { frames, seconds, totalSeconds } = progress;
  const done = doneOf(progress);
  const { framesPerSecond: fps, secondsLeft } = speed;
  return {
    type: 'progress',
    input,
    output,
    frames,
    seconds: round(seconds, 3),
    ...(totalSeconds === undefined ? {} : { totalSeconds: round(totalSeconds, 3) }),
    ...(done === undefined ? {} : { percent: round(done * 100, 1) }),
    ...(fps === undefined ? {} : { fps: round(fps, 1) }),
    ...(secondsLeft === undefined ? {} : { secondsLeft: round(secondsLeft, 1) }),
  };
}

/**
 * A finished conversion as an event.
 *
 * @param job - The input and its output.
 * @param report - What the conversion did.
 */
export function doneEvent({ input }: Job, report: ConvertReport): ConvertEvent {
  const { warnings: _, codedWidth, codedHeight, ...rest } = report;
  const fps = report.elapsedSeconds > 0 ? round(report.frames / report.elapsedSeconds, 1) : 0;
  return {
    type: 'done',
    ...rest,
    input,
    width: codedWidth,
    height: codedHeight,
    seconds: round(report.seconds, 3),
    fps,
    damaged: report.lostSeconds !== undefined,
  };
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

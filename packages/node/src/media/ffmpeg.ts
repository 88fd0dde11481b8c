import { resolve } from 'node:path';
import { AV_LOG_QUIET, AV_NOPTS_VALUE } from 'node-av/constants';
import { avRescaleQ, Codec, FFmpegError, Log, Rational } from 'node-av/lib';

/** A fraction: a time base, a frame rate, a pixel aspect ratio. */
export interface Ratio {
  readonly num: number;
  readonly den: number;
}

/** FFmpeg's own time base. */
export const MICROSECONDS: Ratio = { num: 1, den: 1_000_000 };

/** A failed call of FFmpeg. Callers that know the cause throw a `MediaError` instead. */
export class FfmpegFailure extends Error {
  override readonly name = 'FfmpegFailure';
  /** The negative number that FFmpeg returned. */
  readonly ret: number;

  /**
   * @param doing - What was tried, as in "open the decoder".
   * @param ret - The negative number that FFmpeg returned.
   */
  constructor(doing: string, ret: number) {
    super(`FFmpeg could not ${doing}: ${reason(ret)}`);
    this.ret = ret;
  }
}

/**
 * Throws if a call of FFmpeg failed.
 *
 * @param ret - What the call returned.
 * @param doing - What was tried, as in "open the decoder".
 * @returns `ret`.
 */
export function check(ret: number, doing: string): number {
  if (ret < 0) throw new FfmpegFailure(doing, ret);
  return ret;
}

/** FFmpeg's message for one of its error numbers, without a full stop. */
export function reason(ret: number): string {
  return FFmpegError.strerror(ret).replace(/\.$/, '');
}

/** Keeps FFmpeg and the encoders from printing anything. */
export function silence(): void {
  Log.setLevel(AV_LOG_QUIET);
}

/**
 * Keeps SVT-AV1 from printing its settings. It takes its log level from the environment only, when the first encoder of the
 * process is opened; the environment is restored before this returns. A thread needs `SHARE_ENV`: native code does not see a copy.
 *
 * @param open - Opens the encoder.
 */
export function quietly<T>(open: () => T): T {
  const { SVT_LOG: before } = process.env;
  if (before !== undefined) return open();
  process.env['SVT_LOG'] = '0';
  try {
    return open();
  } finally {
    delete process.env['SVT_LOG'];
  }
}

/** A path as a URL for FFmpeg, which would take what precedes a colon for a protocol. */
export function fileUrl(path: string): string {
  return `file:${resolve(path)}`;
}

/** The timestamp, or `undefined` for FFmpeg's "none". */
export function known(timestamp: bigint): bigint | undefined {
  return timestamp === AV_NOPTS_VALUE ? undefined : timestamp;
}

/** A timestamp in seconds. */
export function seconds(timestamp: bigint, timeBase: Ratio): number {
  return (Number(timestamp) * timeBase.num) / timeBase.den;
}

/** Seconds as a timestamp, rounded. */
export function fromSeconds(value: number, timeBase: Ratio): bigint {
  return avRescaleQ(BigInt(Math.round(value * 1e6)), MICROSECONDS, timeBase);
}

/** Whether a ratio is above zero. */
export function positive({ num, den }: Ratio): boolean {
  return num > 0 && den > 0;
}

/** The ratio as node-av's class, which its setters need. */
export function rational({ num, den }: Ratio): Rational {
  return new Rational(num, den);
}

/** The encoder of that name; `null` if this build of FFmpeg has none. */
export function encoderNamed(name: string): Codec | null {
  return Codec.findEncoderByName(name as Parameters<typeof Codec.findEncoderByName>[0]);
}

const PAUSE = new Int32Array(new SharedArrayBuffer(4));

/** Blocks this thread for a time in milliseconds. */
export function sleep(milliseconds: number): void {
  Atomics.wait(PAUSE, 0, 0, milliseconds);
}

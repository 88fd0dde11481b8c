/** The part of an input that is converted, in seconds of the input's own clock. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

/** Timestamps in files are rounded, in some to a millisecond: a frame this close to a limit lies on it. In seconds. */
const TOLERANCE = 0.0006;

/**
 * The part of an input that the options of a conversion ask for.
 *
 * @param origin - When the input begins, in seconds of its own clock.
 * @param options - Where in the input the part starts, and its length, in seconds.
 */
export function timeRange(
  origin: number,
  { start = 0, duration = Number.POSITIVE_INFINITY }: { start?: number; duration?: number | undefined },
): TimeRange {
  const from = origin + start;
  return { from, to: from + duration };
}

/** Whether a time lies before the range. */
export function isBefore(time: number, { from }: TimeRange): boolean {
  return time < from - TOLERANCE;
}

/** Whether a time lies after the range. */
export function isAfter(time: number, { to }: TimeRange): boolean {
  return time >= to - TOLERANCE;
}

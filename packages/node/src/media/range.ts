/** The part of an input that is converted, in seconds of the input's own. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** Times in files are rounded, to a millisecond in some: a frame so close to a border lies on it. */
const TOLERANCE = 0.0006;

/** Whether a time is before the range. */
export function isBefore(time: number, { from }: Range): boolean {
  return time < from - TOLERANCE;
}

/** Whether a time is after the range. */
export function isAfter(time: number, { to }: Range): boolean {
  return time >= to - TOLERANCE;
}

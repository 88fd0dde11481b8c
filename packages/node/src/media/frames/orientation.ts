import type { Rotation } from '@elsewhere/engine';

/** A display matrix: how the stored picture is turned (and mirrored) for display. */
export interface Orientation {
  /** Degrees clockwise by which the stored picture must be turned so that up is up. */
  readonly rotation: Rotation;
  /** Whether the picture is also mirrored. */
  readonly mirrored: boolean;
  /** FFmpeg's filters that do the same to the pixels; `undefined` where there is nothing to do. */
  readonly chain: string | undefined;
  /** The matrix as FFmpeg's side data. */
  readonly matrix: Buffer;
}

/**
 * Reads a display matrix: nine 32-bit numbers, row by row, of which the first two of the first two rows turn (x, y).
 *
 * @param matrix - The side data.
 * @returns The orientation, or `undefined` if it is upright as stored or the matrix is of no use.
 */
export function readOrientation(matrix: Buffer | null): Orientation | undefined {
  if (!matrix || matrix.length < 36) return undefined;
  const read = matrix.readInt32LE.bind(matrix);
  const [a, b, c, d] = [read(0), read(4), read(12), read(16)];
  if (a * d === b * c) return undefined;
  // The picture's downward axis is shown in the direction (c, d).
  const down: Rotation = Math.abs(d) >= Math.abs(c) ? (d > 0 ? 0 : 180) : c < 0 ? 90 : 270;
  const mirrored = a * d - b * c < 0;
  if (down === 0 && !mirrored) return undefined;
  const turn = { 0: [], 90: ['transpose=clock'], 180: ['hflip', 'vflip'], 270: ['transpose=cclock'] }[down];
  // Turned by its downward axis, a mirrored picture is the other way round from left to right.
  return {
    rotation: down,
    mirrored,
    chain: [...turn, ...(mirrored ? ['hflip'] : [])].join(','),
    matrix: Buffer.from(matrix),
  };
}

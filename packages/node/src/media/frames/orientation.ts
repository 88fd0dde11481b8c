import type { Rotation } from '@elsewhere/engine';

/** A display matrix: how stored frames are rotated (and mirrored) for display. */
export interface Orientation {
  /** Degrees clockwise by which stored frames must be rotated to be upright. */
  readonly rotation: Rotation;
  /** Whether frames are mirrored as well. */
  readonly mirrored: boolean;
  /** FFmpeg filters that do the same to the pixels. */
  readonly chain: string | undefined;
  /** The matrix as FFmpeg's side data. */
  readonly matrix: Buffer;
}

/**
 * Reads a display matrix: nine 32-bit numbers, row by row, of which the first two of the first two rows rotate (x, y).
 *
 * @param matrix - FFmpeg's side data.
 * @returns The orientation; `undefined` if frames are stored upright or the matrix is invalid.
 */
export function readOrientation(matrix: Buffer | null): Orientation | undefined {
  if (!matrix || matrix.length < 36) return undefined;
  const read = matrix.readInt32LE.bind(matrix);
  const [a, b, c, d] = [read(0), read(4), read(12), read(16)];
  if (a * d === b * c) return undefined;
  // The frame's downward axis is displayed in the direction (c, d).
  const down: Rotation = Math.abs(d) >= Math.abs(c) ? (d > 0 ? 0 : 180) : c < 0 ? 90 : 270;
  const mirrored = a * d - b * c < 0;
  if (down === 0 && !mirrored) return undefined;
  const turn = { 0: [], 90: ['transpose=clock'], 180: ['hflip', 'vflip'], 270: ['transpose=cclock'] }[down];
  // Rotated by its downward axis, a mirrored frame still has left and right swapped.
  return {
    rotation: down,
    mirrored,
    chain: [...turn, ...(mirrored ? ['hflip'] : [])].join(','),
    matrix: Buffer.from(matrix),
  };
}

/**
 * FFmpeg filters that turn pixels that are stored in one orientation into those of another one.
 *
 * @returns The filters; `undefined`: both are the same.
 */
export function turnBetween(from: Orientation | undefined, to: Orientation | undefined): string | undefined {
  if (from?.rotation === to?.rotation && from?.mirrored === to?.mirrored) return undefined;
  // What a mirrored frame needs comes first on the way back.
  const back = to && [
    ...(to.mirrored ? ['hflip'] : []),
    ...{ 0: [], 90: ['transpose=cclock'], 180: ['hflip', 'vflip'], 270: ['transpose=clock'] }[to.rotation],
  ];
  return [...(from?.chain ? [from.chain] : []), ...(back ?? [])].join(',');
}

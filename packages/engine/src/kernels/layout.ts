import { ALIGNMENT } from './memory.js';

/** The side of a tile in luma pixels. Kernels skip work in tiles in which the matte is all 0 or all 1. */
export const TILE = 16;

/** A tile's byte where the matte there may be anything; 0 and 255 say that it is just that everywhere. */
export const MIXED_TILE = 1;

/**
 * The smallest stride that the kernels accept.
 *
 * @param width - Samples of a row.
 * @returns Bytes from one row to the next.
 */
export function planeStride(width: number): number {
  return Math.ceil(width / ALIGNMENT) * ALIGNMENT;
}

/**
 * How many tiles a frame has.
 *
 * @param width - Of the luma plane.
 * @param height - Of the luma plane.
 * @returns The number of tiles, one byte each.
 */
export function tileCount(width: number, height: number): number {
  return Math.ceil(width / TILE) * Math.ceil(height / TILE);
}

/**
 * The size of a grid of cells in one direction.
 *
 * @param length - Luma pixels.
 * @param shift - Cells are `2 ** shift` luma pixels wide.
 * @returns Number of cells.
 */
export function cellCount(length: number, shift: number): number {
  return Math.ceil(length / 2 ** shift);
}

/** Bytes of `callArguments` in `kernels/index.ts`. */
export const CALL_ARGUMENTS_BYTES = 512;

/** The largest number of connected components of a map. */
export const MAX_COMPONENTS = 1024;

/** The number of colour bins: 12 of Y, 16 of U, 16 of V. */
export const COLOR_BINS: number = 12 * 16 * 16;

/**
 * Bytes of planes of colours in cells, 16 bits each (7 of them behind the point), with room around each row for
 * interpolation.
 *
 * @param gridWidth - In cells.
 * @param gridHeight - In cells.
 * @param planes - How many.
 * @returns Bytes.
 */
export function colorsBytes(gridWidth: number, gridHeight: number, planes: number): number {
  return 16 + planes * 2 * (gridWidth + 16) * gridHeight;
}

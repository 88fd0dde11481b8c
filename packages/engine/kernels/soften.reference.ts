import { at } from './sampling.reference.js';

const TILE = 16;
const BACKGROUND = 0;
const MIXED = 1;
const FOREGROUND = 255;

/**
 * A matte with softer edges: the mean of the alphas in the `2 * reachX + 1` by `2 * reachY + 1` pixels around each pixel
 * (what of them lies in the frame), rounded. Tiles are mixed unless that comes out as all 0 or all 255; a flat tile of which none of the
 * 3x3 around is mixed stays what it is.
 *
 * @param reachX - 1 to 16 pixels.
 * @param reachY - 1 to 16 pixels.
 */
export function soften(
  mixture: Uint8Array,
  stride: number,
  tiles: Uint8Array,
  width: number,
  height: number,
  reachX: number,
  reachY: number,
  alpha: Uint8Array,
): void {
  const across = Math.ceil(width / TILE);
  const down = Math.ceil(height / TILE);
  const before = tiles.slice();
  for (let tile = 0; tile < across * down; tile++) {
    const [left, top] = [(tile % across) * TILE, Math.floor(tile / across) * TILE];
    const values: number[] = [];
    for (let row = top; row < Math.min(top + TILE, height); row++) {
      for (let column = left; column < Math.min(left + TILE, width); column++) {
        const value = isNear(tile) ? mean(row, column) : at(before, tile);
        alpha[row * stride + column] = value;
        values.push(value);
      }
    }
    tiles[tile] = values.every((value) => value === 0)
      ? BACKGROUND
      : values.every((value) => value === 255)
        ? FOREGROUND
        : MIXED;
  }

  function isNear(tile: number): boolean {
    const [row, column] = [Math.floor(tile / across), tile % across];
    for (let j = Math.max(0, row - 1); j <= Math.min(down - 1, row + 1); j++) {
      for (let i = Math.max(0, column - 1); i <= Math.min(across - 1, column + 1); i++) {
        if (at(before, j * across + i) === MIXED) return true;
      }
    }
    return false;
  }

  function mean(row: number, column: number): number {
    let sum = 0;
    let count = 0;
    for (let j = Math.max(0, row - reachY); j <= Math.min(height - 1, row + reachY); j++) {
      for (let i = Math.max(0, column - reachX); i <= Math.min(width - 1, column + reachX); i++) {
        sum += at(mixture, j * stride + i);
        count++;
      }
    }
    return Math.floor((sum + (count >> 1)) / count);
  }
}

import { at, clamp } from './sampling.reference.js';

/** How far the tone curve would continue above the brightest value that a camera distinguishes. */
const HEADROOM = 0.1;

/** One row of a disc: cells up to `whole - 1` from the middle count in full, those `whole` from it by `share`. */
export interface DiscRow {
  readonly whole: number;
  readonly share: number;
  /** How much of the row's height lies in the disc, 0..1; the weights above are multiplied by it. */
  readonly height: number;
}

/**
 * A disc in cells, its middle row first; the others lie on both sides of it. Of a row `d` cells from the middle the part
 * from `d - 1 / 2` to `min(d + 1 / 2, radius)` counts, and it is as wide as the disc is in the middle of that part, but at least
 * one cell.
 *
 * @param across - The radius across, in cells.
 * @param radius - The radius downwards, in cells.
 */
export function discRows(across: number, radius: number): readonly DiscRow[] {
  const rows: DiscRow[] = [];
  for (let d = 0; d - 0.5 < radius; d++) {
    const from = Math.max(0, d - 0.5);
    const to = Math.min(d + 0.5, radius);
    const middle = d === 0 ? 0 : (from + to) / 2;
    const halfWidth = Math.max(0.5, (across / radius) * Math.sqrt(radius ** 2 - middle ** 2));
    const whole = Math.floor(halfWidth + 0.5);
    const height = d === 0 ? 2 * to : to - from;
    rows.push({ whole, share: halfWidth + 0.5 - whole, height });
  }
  return rows;
}

/**
 * The camera background as a fast lens shows it: each point becomes a disc, and highlights stay bright.
 *
 * Cells are as `blurGather` writes them: `Y w, U w, V w, w`. Light is averaged, not samples. The camera's tone curve is modelled as
 * `l = (1 + h) L / (1 + L)` with the light `L` and the headroom `h`, so that a lamp at the end of the scale (l = 1) has twelve
 * times the light of what is shown half as bright. Averaging light and converting it back is the same as averaging samples
 * with the weights `1 / (1 - l / (1 + h))`: all four floats of a cell are multiplied by that, where `l`, from 0 to 1, is the
 * cell's luma `(Y - black) * scale`. Colours are weighted along with their light, and no conversion back is needed.
 *
 * The cells are weighted at twice the resolution of the output, where small lamps are still bright, then averaged in 2x2 blocks (an
 * odd last column or row counts twice), then over the disc of {@link discRows}. Cells outside the grid have no weight.
 *
 * @param fine - Four floats for each of `fineWidth * fineHeight` cells.
 * @param across - The disc's radius across, in cells of the output.
 * @param down - Its radius downwards.
 * @param black - The luma that is black, in samples.
 * @param scale - 1 over how far white is from there.
 * @param cells - Receives four floats for each of `ceil(fineWidth / 2) * ceil(fineHeight / 2)` cells.
 */
export function bokeh(
  fine: Float32Array,
  fineWidth: number,
  fineHeight: number,
  across: number,
  down: number,
  black: number,
  scale: number,
  cells: Float32Array,
): void {
  const gridWidth = Math.ceil(fineWidth / 2);
  const gridHeight = Math.ceil(fineHeight / 2);
  const joined = new Float64Array(gridWidth * gridHeight * 4);
  for (let i = 0; i < gridWidth * gridHeight; i++) {
    for (let corner = 0; corner < 4; corner++) {
      const column = Math.min(2 * (i % gridWidth) + (corner & 1), fineWidth - 1);
      const row = Math.min(2 * Math.floor(i / gridWidth) + (corner >> 1), fineHeight - 1);
      const from = 4 * (row * fineWidth + column);
      const weight = at(fine, from + 3);
      if (weight <= 0) continue;
      const luma = clamp((at(fine, from) / weight - black) * scale, 0, 1);
      const light = 1 / (1 - luma / (1 + HEADROOM));
      for (let k = 0; k < 4; k++) {
        joined[4 * i + k] = at(joined, 4 * i + k) + (light * at(fine, from + k)) / 4;
      }
    }
  }

  const rows = discRows(across, down);
  const weightAt = (dx: number, dy: number) => {
    const { whole, share, height } = rows[Math.abs(dy)] ?? { whole: 0, share: 0, height: 0 };
    if (Math.abs(dx) > whole) return 0;
    return height * (Math.abs(dx) < whole ? 1 : share);
  };
  const reach = Math.ceil(Math.max(across, down) + 0.5);
  const disc: { readonly dx: number; readonly dy: number; readonly weight: number }[] = [];
  for (let dy = -reach; dy <= reach; dy++) {
    for (let dx = -reach; dx <= reach; dx++) {
      const weight = weightAt(dx, dy);
      if (weight > 0) disc.push({ dx, dy, weight });
    }
  }
  const total = disc.reduce((sum, { weight }) => sum + weight, 0);
  for (let row = 0; row < gridHeight; row++) {
    for (let column = 0; column < gridWidth; column++) {
      for (let k = 0; k < 4; k++) {
        let sum = 0;
        for (const { dx, dy, weight } of disc) {
          const [x, y] = [column + dx, row + dy];
          if (x < 0 || y < 0 || x >= gridWidth || y >= gridHeight) continue;
          sum += weight * at(joined, 4 * (y * gridWidth + x) + k);
        }
        cells[4 * (row * gridWidth + column) + k] = sum / total;
      }
    }
  }
}

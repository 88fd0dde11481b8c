// The camera background as a fast lens shows it. Defined by bokeh.reference.ts.

/** A cell: four floats, Y, U, V and weight. */
const CELL: i32 = 16;
/** A row of the disc: the weight of all its cells but the outermost two, what is more on these, and how far those are in bytes. */
const ROW: i32 = 16;

const HEADROOM: f32 = 0.1;

/** A cell times the light that its brightness stands for. */
function weighed(cell: usize, black: f32, scale: f32): v128 {
  const sums = v128.load(cell);
  const weight = f32x4.extract_lane(sums, 3);
  if (weight <= 0) return f32x4.splat(0);
  // Luma times weight, so that there is one division.
  const luma = min(max((f32x4.extract_lane(sums, 0) - black * weight) * scale, 0), weight);
  const light = weight / (weight - luma * (<f32>1 / (<f32>1 + HEADROOM)));
  return f32x4.mul(sums, f32x4.splat(light));
}

/**
 * Weights cells and averages them in 2x2 blocks. Writes the prefix sums of each row, including `reach` positions before and after
 * it.
 */
function sumRows(
  fine: usize,
  fineWidth: i32,
  fineHeight: i32,
  black: f32,
  scale: f32,
  reach: i32,
  sums: usize,
): void {
  const quarter = f32x4.splat(0.25);
  for (let row = 0; row < fineHeight; row += 2) {
    const upper = fine + CELL * fineWidth * row;
    const lower = row + 1 < fineHeight ? upper + CELL * fineWidth : upper;
    let sum = f32x4.splat(0);
    for (let i = 0; i <= reach; i++) {
      v128.store(sums, sum);
      sums += CELL;
    }
    for (let column = 0; column < fineWidth; column += 2) {
      const left = CELL * column;
      const right = column + 1 < fineWidth ? left + CELL : left;
      const top = f32x4.add(weighed(upper + left, black, scale), weighed(upper + right, black, scale));
      const bottom = f32x4.add(weighed(lower + left, black, scale), weighed(lower + right, black, scale));
      sum = f32x4.add(sum, f32x4.mul(f32x4.add(top, bottom), quarter));
      v128.store(sums, sum);
      sums += CELL;
    }
    for (let i = 0; i < reach; i++) {
      v128.store(sums, sum);
      sums += CELL;
    }
  }
}

/**
 * Writes the rows of the disc from the middle on, with weights that are 1 all together.
 *
 * @param across - The disc's radius across.
 * @param radius - Its radius downwards.
 * @returns How many there are.
 */
function discRows(across: f32, radius: f32, table: usize): i32 {
  let rows = 0;
  let total: f32 = 0;
  for (let entry = table; <f32>rows - 0.5 < radius; rows++, entry += ROW) {
    const from = <f32>rows - 0.5;
    const to = min<f32>(<f32>rows + 0.5, radius);
    const middle: f32 = rows ? 0.5 * (from + to) : 0;
    const halfWidth = max<f32>(0.5, (across / radius) * sqrt<f32>(radius * radius - middle * middle));
    const whole = <i32>floor<f32>(halfWidth + 0.5);
    const share = halfWidth + 0.5 - <f32>whole;
    const height: f32 = rows ? to - from : 2 * to;
    store<f32>(entry, height * (1 - share));
    store<f32>(entry, height * share, 4);
    store<i32>(entry, CELL * whole, 8);
    total += (rows ? 2 : 1) * height * 2 * halfWidth;
  }
  for (let entry = table; entry < table + ROW * rows; entry += ROW) {
    store<f32>(entry, load<f32>(entry) / total);
    store<f32>(entry, load<f32>(entry, 4) / total, 4);
  }
  return rows;
}

/** What the disc's middle row gives to each of a row's cells. */
function middleRow(sums: usize, count: i32, entry: usize, target: usize): void {
  const inner = v128.load32_splat(entry);
  const outer = v128.load32_splat(entry, 4);
  const reach = load<i32>(entry, 8);
  for (const end = target + CELL * count; target < end; target += CELL) {
    const most = f32x4.sub(v128.load(sums + reach), v128.load(sums - reach, CELL));
    const all = f32x4.sub(v128.load(sums + reach, CELL), v128.load(sums - reach));
    v128.store(target, f32x4.add(f32x4.mul(most, inner), f32x4.mul(all, outer)));
    sums += CELL;
  }
}

/** Adds what the two of the disc's rows that are equally far from the middle give. */
function addRows(upper: usize, lower: usize, count: i32, entry: usize, target: usize): void {
  const inner = v128.load32_splat(entry);
  const outer = v128.load32_splat(entry, 4);
  const reach = load<i32>(entry, 8);
  for (const end = target + CELL * count; target < end; target += CELL) {
    const most = f32x4.add(
      f32x4.sub(v128.load(upper + reach), v128.load(upper - reach, CELL)),
      f32x4.sub(v128.load(lower + reach), v128.load(lower - reach, CELL)),
    );
    const all = f32x4.add(
      f32x4.sub(v128.load(upper + reach, CELL), v128.load(upper - reach)),
      f32x4.sub(v128.load(lower + reach, CELL), v128.load(lower - reach)),
    );
    const sum = f32x4.add(f32x4.mul(most, inner), f32x4.mul(all, outer));
    v128.store(target, f32x4.add(v128.load(target), sum));
    upper += CELL;
    lower += CELL;
  }
}

/**
 * Replaces the blur's second step: weights cells by their light, averages them in 2x2 blocks, and then over a disc.
 *
 * @param fine - Cells as `blurGather` gives them.
 * @param across - The disc's radius across, in cells of the output, from 1.
 * @param down - Its radius downwards, likewise: a disc as displayed is an ellipse where pixels are not square.
 * @param black - The luma that is black, in samples.
 * @param scale - 1 over how far white is from there.
 * @param cells - Receives `ceil(fineWidth / 2) * ceil(fineHeight / 2)` cells for `blurSpread`.
 * @param scratch - `bokehScratch` bytes.
 */
export function bokeh(
  fine: usize,
  fineWidth: i32,
  fineHeight: i32,
  across: f32,
  down: f32,
  black: f32,
  scale: f32,
  cells: usize,
  scratch: usize,
): void {
  const gridWidth = (fineWidth + 1) >> 1;
  const gridHeight = (fineHeight + 1) >> 1;
  const reach = <i32>floor<f32>(across + 0.5);
  // Scratch: the sums of all rows, a row without anything, the disc.
  const rowBytes = CELL * (gridWidth + 2 * reach + 1);
  const nothing = scratch + rowBytes * gridHeight;
  const table = nothing + rowBytes;
  memory.fill(nothing, 0, rowBytes);
  sumRows(fine, fineWidth, fineHeight, black, scale, reach, scratch);
  const rows = discRows(across, down, table);
  const first = CELL * reach;
  for (let row = 0; row < gridHeight; row++) {
    const sums = scratch + rowBytes * row;
    middleRow(sums + first, gridWidth, table, cells);
    for (let d = 1; d < rows; d++) {
      const upper = d <= row ? sums - rowBytes * d : nothing;
      const lower = row + d < gridHeight ? sums + rowBytes * d : nothing;
      addRows(upper + first, lower + first, gridWidth, table + ROW * d, cells);
    }
    cells += CELL * gridWidth;
  }
}

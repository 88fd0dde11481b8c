// The colour guided filter's coefficients. Defined by guided.reference.ts.
//
// Cells are vectors (Y, U, V, p), and so are the thirteen means that the filter needs: cell * 1, cell * Y, cell * U and
// cell * V, four vectors. Box sums run down the columns and along the rows, adding what comes into the window and taking
// away what leaves it.
import { smoothstep } from './smoothstep';
import { EdgeFallback, Guide } from './structs';
import { windowCount } from './sums';

const VECTOR: i32 = 16;
/** Bytes of the four vectors whose means are needed. */
const MOMENTS: i32 = 64;
/** The least `p (1 - p)` that a contrast is divided by. */
const LEAST_SPREAD: f32 = 1e-3;

/** The mean of a float plane, divided by 255. */
function meanOf(plane: usize, count: i32): f32 {
  let sum: f64 = 0;
  for (let i = 0; i < count; i++) sum += load<f32>(plane + 4 * i);
  return <f32>(sum / (255 * f64(count)));
}

/**
 * Packs the planes into cells: Y / 255 - centreY, and so on, and p. Centred on the guide's means, the products below
 * are small, and so are the errors of their sums.
 */
function pack(y: usize, u: usize, v: usize, p: usize, count: i32, centres: v128, cells: usize): void {
  const scale = f32x4(<f32>(1 / 255.0), <f32>(1 / 255.0), <f32>(1 / 255.0), 1);
  for (let i = 0; i < 4 * count; i += 4) {
    let cell = v128.load32_zero(y + i);
    cell = v128.load32_lane(u + i, cell, 1);
    cell = v128.load32_lane(v + i, cell, 2);
    cell = v128.load32_lane(p + i, cell, 3);
    v128.store(cells + 4 * i, f32x4.sub(f32x4.mul(cell, scale), centres));
  }
}

/** Adds `sign` times a row of cells and their products to the sums of each column. */
function addRow(cells: usize, width: i32, sign: f32, sums: usize): void {
  const signs = f32x4.splat(sign);
  for (let end = cells + VECTOR * width; cells < end; cells += VECTOR) {
    const cell = v128.load(cells);
    const signed = f32x4.mul(cell, signs);
    v128.store(sums, f32x4.add(v128.load(sums), signed));
    v128.store(
      sums,
      f32x4.add(v128.load(sums, 16), f32x4.mul(signed, i32x4.shuffle(cell, cell, 0, 0, 0, 0))),
      16,
    );
    v128.store(
      sums,
      f32x4.add(v128.load(sums, 32), f32x4.mul(signed, i32x4.shuffle(cell, cell, 1, 1, 1, 1))),
      32,
    );
    v128.store(
      sums,
      f32x4.add(v128.load(sums, 48), f32x4.mul(signed, i32x4.shuffle(cell, cell, 2, 2, 2, 2))),
      48,
    );
    sums += MOMENTS;
  }
}

/**
 * The means of one row of windows from the sums of the columns, which have zeros for `radius` + 1 columns to the left and
 * `radius` to the right.
 *
 * @param shares - 1 / how many columns each window has.
 */
function meansOfRow(sums: usize, width: i32, radius: i32, shares: usize, rowShare: f32, means: usize): void {
  let entering = sums;
  let leaving = sums - (radius + 1) * MOMENTS;
  let sum0 = f32x4.splat(0);
  let sum1 = f32x4.splat(0);
  let sum2 = f32x4.splat(0);
  let sum3 = f32x4.splat(0);
  for (const end = sums + radius * MOMENTS; entering < end; entering += MOMENTS) {
    sum0 = f32x4.add(sum0, v128.load(entering));
    sum1 = f32x4.add(sum1, v128.load(entering, 16));
    sum2 = f32x4.add(sum2, v128.load(entering, 32));
    sum3 = f32x4.add(sum3, v128.load(entering, 48));
  }
  for (const end = means + width * MOMENTS; means < end; means += MOMENTS) {
    const share = f32x4.mul(v128.load32_splat(shares), f32x4.splat(rowShare));
    sum0 = f32x4.add(sum0, f32x4.sub(v128.load(entering), v128.load(leaving)));
    sum1 = f32x4.add(sum1, f32x4.sub(v128.load(entering, 16), v128.load(leaving, 16)));
    sum2 = f32x4.add(sum2, f32x4.sub(v128.load(entering, 32), v128.load(leaving, 32)));
    sum3 = f32x4.add(sum3, f32x4.sub(v128.load(entering, 48), v128.load(leaving, 48)));
    v128.store(means, f32x4.mul(sum0, share));
    v128.store(means, f32x4.mul(sum1, share), 16);
    v128.store(means, f32x4.mul(sum2, share), 32);
    v128.store(means, f32x4.mul(sum3, share), 48);
    shares += 4;
    entering += MOMENTS;
    leaving += MOMENTS;
  }
}

/**
 * Solves four cells: `means` of their moments, to (aY, aU, aV, b) for samples of 0..255 that are not centred.
 *
 * The matrix is symmetric, and with epsilon on its diagonal positive definite: L D L^T takes a quarter of Cramer's
 * rule's multiplications and, unlike it, does not lose half of the digits where the colours lie on a line (greys).
 */
function solve(means: usize, centres: v128, epsilon: v128, fallback: EdgeFallback, target: usize): void {
  // Of four cells the vectors (mY, mU, mV, mp), (YY, YU, YV, Yp), (UY, UU, UV, Up), (VY, VU, VV, Vp): turned so that there
  // is one vector for each of them, of which those below the diagonal are not needed.
  let a = v128.load(means);
  let b = v128.load(means, MOMENTS);
  let c = v128.load(means, 2 * MOMENTS);
  let d = v128.load(means, 3 * MOMENTS);
  let ab = i32x4.shuffle(a, b, 0, 4, 1, 5);
  let cd = i32x4.shuffle(c, d, 0, 4, 1, 5);
  const y = i64x2.shuffle(ab, cd, 0, 2);
  const u = i64x2.shuffle(ab, cd, 1, 3);
  ab = i32x4.shuffle(a, b, 2, 6, 3, 7);
  cd = i32x4.shuffle(c, d, 2, 6, 3, 7);
  const v = i64x2.shuffle(ab, cd, 0, 2);
  const p = i64x2.shuffle(ab, cd, 1, 3);

  a = v128.load(means, 16);
  b = v128.load(means, MOMENTS + 16);
  c = v128.load(means, 2 * MOMENTS + 16);
  d = v128.load(means, 3 * MOMENTS + 16);
  ab = i32x4.shuffle(a, b, 0, 4, 1, 5);
  cd = i32x4.shuffle(c, d, 0, 4, 1, 5);
  const yy = f32x4.sub(i64x2.shuffle(ab, cd, 0, 2), f32x4.mul(y, y));
  const yu = f32x4.sub(i64x2.shuffle(ab, cd, 1, 3), f32x4.mul(y, u));
  ab = i32x4.shuffle(a, b, 2, 6, 3, 7);
  cd = i32x4.shuffle(c, d, 2, 6, 3, 7);
  const yv = f32x4.sub(i64x2.shuffle(ab, cd, 0, 2), f32x4.mul(y, v));
  const yp = f32x4.sub(i64x2.shuffle(ab, cd, 1, 3), f32x4.mul(y, p));

  a = v128.load(means, 32);
  b = v128.load(means, MOMENTS + 32);
  c = v128.load(means, 2 * MOMENTS + 32);
  d = v128.load(means, 3 * MOMENTS + 32);
  ab = i32x4.shuffle(a, b, 1, 5, 1, 5);
  cd = i32x4.shuffle(c, d, 1, 5, 1, 5);
  const uu = f32x4.sub(i64x2.shuffle(ab, cd, 0, 2), f32x4.mul(u, u));
  ab = i32x4.shuffle(a, b, 2, 6, 3, 7);
  cd = i32x4.shuffle(c, d, 2, 6, 3, 7);
  const uv = f32x4.sub(i64x2.shuffle(ab, cd, 0, 2), f32x4.mul(u, v));
  const up = f32x4.sub(i64x2.shuffle(ab, cd, 1, 3), f32x4.mul(u, p));

  a = v128.load(means, 48);
  b = v128.load(means, MOMENTS + 48);
  c = v128.load(means, 2 * MOMENTS + 48);
  d = v128.load(means, 3 * MOMENTS + 48);
  ab = i32x4.shuffle(a, b, 2, 6, 3, 7);
  cd = i32x4.shuffle(c, d, 2, 6, 3, 7);
  const vv = f32x4.sub(i64x2.shuffle(ab, cd, 0, 2), f32x4.mul(v, v));
  const vp = f32x4.sub(i64x2.shuffle(ab, cd, 1, 3), f32x4.mul(v, p));

  // The diagonal of D is at least epsilon, but for rounding.
  const d1 = f32x4.pmax(epsilon, f32x4.add(yy, epsilon));
  const l21 = f32x4.div(yu, d1);
  const l31 = f32x4.div(yv, d1);
  const d2 = f32x4.pmax(epsilon, f32x4.sub(f32x4.add(uu, epsilon), f32x4.mul(l21, yu)));
  const e2 = f32x4.sub(uv, f32x4.mul(l21, yv));
  const l32 = f32x4.div(e2, d2);
  const d3 = f32x4.pmax(
    epsilon,
    f32x4.sub(f32x4.sub(f32x4.add(vv, epsilon), f32x4.mul(l31, yv)), f32x4.mul(l32, e2)),
  );
  const z2 = f32x4.sub(up, f32x4.mul(l21, yp));
  const z3 = f32x4.sub(f32x4.sub(vp, f32x4.mul(l31, yp)), f32x4.mul(l32, z2));
  let aV = f32x4.div(z3, d3);
  let aU = f32x4.sub(f32x4.div(z2, d2), f32x4.mul(l32, aV));
  let aY = f32x4.sub(f32x4.sub(f32x4.div(yp, d1), f32x4.mul(l21, aU)), f32x4.mul(l31, aV));

  const meanY = f32x4.add(y, i32x4.shuffle(centres, centres, 0, 0, 0, 0));
  const meanU = f32x4.add(u, i32x4.shuffle(centres, centres, 1, 1, 1, 1));
  const meanV = f32x4.add(v, i32x4.shuffle(centres, centres, 2, 2, 2, 2));
  // How far the mean colours of both sides are apart: cov(I, p) / (p (1 - p)).
  const product = f32x4.mul(p, f32x4.sub(f32x4.splat(1), p));
  const square = f32x4.add(f32x4.add(f32x4.mul(yp, yp), f32x4.mul(up, up)), f32x4.mul(vp, vp));
  const contrast = f32x4.div(f32x4.sqrt(square), f32x4.pmax(product, f32x4.splat(LEAST_SPREAD)));
  const low = f32x4.splat(fallback.low);
  const trust = smoothstep(contrast, low, f32x4.sub(f32x4.splat(fallback.high), low));
  aY = f32x4.mul(aY, trust);
  aU = f32x4.mul(aU, trust);
  aV = f32x4.mul(aV, trust);
  const outer = f32x4.splat(fallback.outer);
  const own = smoothstep(p, outer, f32x4.sub(f32x4.splat(fallback.inner), outer));
  const constant = f32x4.add(own, f32x4.mul(trust, f32x4.sub(p, own)));
  const offset = f32x4.sub(
    constant,
    f32x4.add(f32x4.add(f32x4.mul(aY, meanY), f32x4.mul(aU, meanU)), f32x4.mul(aV, meanV)),
  );
  const scale = f32x4.splat(<f32>(1 / 255.0));
  ab = f32x4.mul(aY, scale);
  cd = f32x4.mul(aU, scale);
  const yu0 = i32x4.shuffle(ab, cd, 0, 4, 1, 5);
  const yu1 = i32x4.shuffle(ab, cd, 2, 6, 3, 7);
  ab = f32x4.mul(aV, scale);
  const vb0 = i32x4.shuffle(ab, offset, 0, 4, 1, 5);
  const vb1 = i32x4.shuffle(ab, offset, 2, 6, 3, 7);
  v128.store(target, i64x2.shuffle(yu0, vb0, 0, 2));
  v128.store(target, i64x2.shuffle(yu0, vb0, 1, 3), 16);
  v128.store(target, i64x2.shuffle(yu1, vb1, 0, 2), 32);
  v128.store(target, i64x2.shuffle(yu1, vb1, 1, 3), 48);
}

/** Adds one row of vectors and takes another away from the sums of each column. */
function exchangeRow(entering: usize, leaving: usize, width: i32, sums: usize): void {
  for (const end = sums + VECTOR * width; sums < end; sums += VECTOR) {
    v128.store(sums, f32x4.add(v128.load(sums), f32x4.sub(v128.load(entering), v128.load(leaving))));
    entering += VECTOR;
    leaving += VECTOR;
  }
}

/** As `meansOfRow`, of single vectors. */
function averageOfRow(
  sums: usize,
  width: i32,
  radius: i32,
  shares: usize,
  rowShare: f32,
  target: usize,
): void {
  let entering = sums;
  let leaving = sums - (radius + 1) * VECTOR;
  let sum = f32x4.splat(0);
  for (const end = sums + radius * VECTOR; entering < end; entering += VECTOR) {
    sum = f32x4.add(sum, v128.load(entering));
  }
  for (const end = target + width * VECTOR; target < end; target += VECTOR) {
    sum = f32x4.add(sum, f32x4.sub(v128.load(entering), v128.load(leaving)));
    const share = f32x4.mul(v128.load32_splat(shares), f32x4.splat(rowShare));
    v128.store(target, f32x4.mul(sum, share));
    shares += 4;
    entering += VECTOR;
    leaving += VECTOR;
  }
}

/**
 * The guided filter's coefficients, guide in colour.
 *
 * @param p - What is to be filtered, 0..1; of the guide's size.
 * @param radius - Of the box windows, 1 to 8 cells.
 * @param epsilon - Regularisation for a guide in 0..1, above 0; at least 1e-6 is sensible in 32-bit floats.
 * @param fallback - What takes its place where the colours do not tell the sides apart.
 * @param target - Receives four floats a cell, aY, aU, aV and b: `q = aY * Y + aU * U + aV * V + b` for samples 0..255.
 * @param scratch - `coefficientsScratch` bytes.
 */
export function coefficients(
  guide: Guide,
  p: usize,
  radius: i32,
  epsilon: f32,
  fallback: EdgeFallback,
  target: usize,
  scratch: usize,
): void {
  const y = guide.y;
  const u = guide.u;
  const v = guide.v;
  const width = guide.width;
  const height = guide.height;
  const count = width * height;
  const borders = 2 * radius + 1;
  // Scratch: the cells; the solutions; the sums of the columns with zeros on both sides; the means of a row of windows,
  // up to a multiple of four; a row of zeros; the windows' shares.
  const cells = scratch;
  const solutions = cells + VECTOR * count;
  const padding = solutions + VECTOR * (count + 4);
  const sums = padding + (radius + 1) * MOMENTS;
  const means = padding + (width + borders) * MOMENTS;
  const zeros = means + (width + 4) * MOMENTS;
  const shares = zeros + (width + 4) * VECTOR;
  memory.fill(zeros, 0, width * VECTOR);
  memory.fill(padding, 0, (width + borders) * MOMENTS);
  memory.fill(means, 0, (width + 4) * MOMENTS);
  for (let x = 0; x < width; x++) {
    store<f32>(shares + 4 * x, <f32>1 / <f32>windowCount(x, radius, width));
  }

  const centres = f32x4(meanOf(y, count), meanOf(u, count), meanOf(v, count), 0);
  pack(y, u, v, p, count, centres, cells);

  const rowBytes = VECTOR * width;
  const epsilons = f32x4.splat(epsilon);
  for (let row = 0; row < min(radius, height); row++) addRow(cells + row * rowBytes, width, 1, sums);
  for (let row = 0; row < height; row++) {
    if (row + radius < height) addRow(cells + (row + radius) * rowBytes, width, 1, sums);
    if (row > radius) addRow(cells + (row - radius - 1) * rowBytes, width, -1, sums);
    meansOfRow(sums, width, radius, shares, <f32>1 / <f32>windowCount(row, radius, height), means);
    // What is written behind the row's end is overwritten by the next row.
    for (let x = 0; x < width; x += 4) {
      solve(means + x * MOMENTS, centres, epsilons, fallback, solutions + row * rowBytes + x * VECTOR);
    }
  }

  // The solutions' averages, with the same sums of the columns, now of one vector each.
  memory.fill(padding, 0, (width + borders) * VECTOR);
  const averages = padding + (radius + 1) * VECTOR;
  for (let row = 0; row < min(radius, height); row++) {
    exchangeRow(solutions + row * rowBytes, zeros, width, averages);
  }
  for (let row = 0; row < height; row++) {
    const entering = row + radius < height ? solutions + (row + radius) * rowBytes : zeros;
    const leaving = row > radius ? solutions + (row - radius - 1) * rowBytes : zeros;
    exchangeRow(entering, leaving, width, averages);
    averageOfRow(
      averages,
      width,
      radius,
      shares,
      <f32>1 / <f32>windowCount(row, radius, height),
      target + row * rowBytes,
    );
  }
}

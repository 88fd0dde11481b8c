// Between colour spaces. Defined by convert.reference.ts.
import { Frame, RgbToYuv, YuvToYuv } from './structs';

/** What is multiplied by three components, and what is added. */
function affine(a: v128, b: v128, c: v128, forA: f32, forB: f32, forC: f32, constant: f32): v128 {
  return f32x4.add(
    f32x4.add(f32x4.mul(a, f32x4.splat(forA)), f32x4.mul(b, f32x4.splat(forB))),
    f32x4.add(f32x4.mul(c, f32x4.splat(forC)), f32x4.splat(constant)),
  );
}

/** Four floats rounded into 0..255, the bytes in the lowest lanes. */
function toBytes(values: v128): v128 {
  const inRange = f32x4.pmin(f32x4.splat(255), f32x4.pmax(f32x4.splat(0), values));
  // Adding 2^23 leaves no bits for fractions: the whole number is in the lowest byte.
  const bits = f32x4.add(inRange, f32x4.splat(8388608));
  return i8x16.swizzle(bits, i8x16(0, 4, 8, 12, 0, 4, 8, 12, 0, 4, 8, 12, 0, 4, 8, 12));
}

/** The sums of neighbours: four of eight. */
function addPairs(left: v128, right: v128): v128 {
  return f32x4.add(i32x4.shuffle(left, right, 0, 2, 4, 6), i32x4.shuffle(left, right, 1, 3, 5, 7));
}

/** One component of four pixels, each of four bytes; `lanes` picks its bytes. */
function component(pixels: v128, lanes: v128): v128 {
  return f32x4.convert_i32x4_s(i8x16.swizzle(pixels, lanes));
}

/** Where the red, green, blue and alpha of four pixels are. */
const RED: v128 = i8x16(0, -1, -1, -1, 4, -1, -1, -1, 8, -1, -1, -1, 12, -1, -1, -1);
const GREEN: v128 = i8x16(1, -1, -1, -1, 5, -1, -1, -1, 9, -1, -1, -1, 13, -1, -1, -1);
const BLUE: v128 = i8x16(2, -1, -1, -1, 6, -1, -1, -1, 10, -1, -1, -1, 14, -1, -1, -1);
const ALPHA: v128 = i8x16(3, -1, -1, -1, 7, -1, -1, -1, 11, -1, -1, -1, 15, -1, -1, -1);

/** Alphas of four pixels, 0..1. */
function opacity(pixels: v128): v128 {
  return f32x4.mul(component(pixels, ALPHA), f32x4.splat(<f32>(1 / 255.0)));
}

function overBlack(pixels: v128, lanes: v128): v128 {
  return f32x4.mul(component(pixels, lanes), opacity(pixels));
}

/** One component of the 2x2 sums over four chroma samples: eight pixels of two rows. */
function sums2x2(upper: usize, lower: usize, lanes: v128): v128 {
  const left = f32x4.add(overBlack(v128.load(upper), lanes), overBlack(v128.load(lower), lanes));
  const right = f32x4.add(overBlack(v128.load(upper, 16), lanes), overBlack(v128.load(lower, 16), lanes));
  return addPairs(left, right);
}

/**
 * An image over black as I420.
 *
 * @param rgba - Bytes without padding, of the frame's size, with the slack of a `Block` behind them.
 * @param matrix - Applied to what is left after multiplication with alpha.
 */
export function rgbaToI420(rgba: usize, frame: Frame, matrix: RgbToYuv): void {
  const y = frame.y.data;
  let u = frame.u.data;
  let v = frame.v.data;
  const strideY = frame.y.stride;
  const strideC = frame.u.stride;
  const width = frame.y.width;
  const height = frame.y.height;
  const yOffset = matrix.yOffset;
  const yr = matrix.yr;
  const yg = matrix.yg;
  const yb = matrix.yb;
  const ur = matrix.ur;
  const ug = matrix.ug;
  const ub = matrix.ub;
  const vr = matrix.vr;
  const vg = matrix.vg;
  const vb = matrix.vb;
  const rowBytes = 4 * width;
  for (let row = 0; row < height; row++) {
    const pixels = rgba + row * rowBytes;
    for (let x = 0; x < width; x += 4) {
      const four = v128.load(pixels + 4 * x);
      const luma = affine(
        overBlack(four, RED),
        overBlack(four, GREEN),
        overBlack(four, BLUE),
        yr,
        yg,
        yb,
        yOffset,
      );
      v128.store32_lane(y + row * strideY + x, toBytes(luma), 0);
    }
  }
  for (let row = 0; row < height; row += 2) {
    const upper = rgba + row * rowBytes;
    const lower = row + 1 < height ? upper + rowBytes : upper;
    for (let x = 0; x < width; x += 8) {
      const red = sums2x2(upper + 4 * x, lower + 4 * x, RED);
      const green = sums2x2(upper + 4 * x, lower + 4 * x, GREEN);
      const blue = sums2x2(upper + 4 * x, lower + 4 * x, BLUE);
      const at = x >> 1;
      v128.store32_lane(u + at, toBytes(affine(red, green, blue, ur * 0.25, ug * 0.25, ub * 0.25, 128)), 0);
      v128.store32_lane(v + at, toBytes(affine(red, green, blue, vr * 0.25, vg * 0.25, vb * 0.25, 128)), 0);
    }
    if (width & 1) {
      // The last column counts twice: there are only the means of it and itself.
      const last = rowBytes - 4;
      const above = v128.load32_splat(upper + last);
      const below = v128.load32_splat(lower + last);
      const red = f32x4.add(overBlack(above, RED), overBlack(below, RED));
      const green = f32x4.add(overBlack(above, GREEN), overBlack(below, GREEN));
      const blue = f32x4.add(overBlack(above, BLUE), overBlack(below, BLUE));
      const at = width >> 1;
      v128.store8_lane(u + at, toBytes(affine(red, green, blue, ur * 0.5, ug * 0.5, ub * 0.5, 128)), 0);
      v128.store8_lane(v + at, toBytes(affine(red, green, blue, vr * 0.5, vg * 0.5, vb * 0.5, 128)), 0);
    }
    u += strideC;
    v += strideC;
  }
}

/** Four samples as floats. */
function loadSamples(samples: usize): v128 {
  const lanes = i8x16(0, -1, -1, -1, 1, -1, -1, -1, 2, -1, -1, -1, 3, -1, -1, -1);
  return component(v128.load32_splat(samples), lanes);
}

/** Another matrix or range, in place. */
export function recolor(frame: Frame, matrix: YuvToYuv): void {
  let y = frame.y.data;
  let u = frame.u.data;
  let v = frame.v.data;
  const strideY = frame.y.stride;
  const strideC = frame.u.stride;
  const width = frame.y.width;
  const height = frame.y.height;
  const yu = f32x4.splat(matrix.yu);
  const yv = f32x4.splat(matrix.yv);
  const y0 = f32x4.splat(matrix.y0);
  const uu = f32x4.splat(matrix.uu);
  const uv = f32x4.splat(matrix.uv);
  const u0 = f32x4.splat(matrix.u0);
  const vu = f32x4.splat(matrix.vu);
  const vv = f32x4.splat(matrix.vv);
  const v0 = f32x4.splat(matrix.v0);
  const forLuma = f32x4.splat(matrix.yy);
  for (let row = 0; row < height; row += 2) {
    const rows = min(2, height - row);
    for (let x = 0; x < width; x += 8) {
      const at = x >> 1;
      const cb = loadSamples(u + at);
      const cr = loadSamples(v + at);
      const shared = f32x4.add(f32x4.add(f32x4.mul(cb, yu), f32x4.mul(cr, yv)), y0);
      const left = i32x4.shuffle(shared, shared, 0, 0, 1, 1);
      const right = i32x4.shuffle(shared, shared, 2, 2, 3, 3);
      let luma = y + x;
      for (let k = 0; k < rows; k++) {
        const first = f32x4.add(f32x4.mul(loadSamples(luma), forLuma), left);
        const second = f32x4.add(f32x4.mul(loadSamples(luma + 4), forLuma), right);
        v128.store32_lane(luma, toBytes(first), 0);
        v128.store32_lane(luma, toBytes(second), 0, 4);
        luma += strideY;
      }
      const newU = f32x4.add(f32x4.mul(cb, uu), f32x4.mul(cr, uv));
      const newV = f32x4.add(f32x4.mul(cb, vu), f32x4.mul(cr, vv));
      v128.store32_lane(u + at, toBytes(f32x4.add(newU, u0)), 0);
      v128.store32_lane(v + at, toBytes(f32x4.add(newV, v0)), 0);
    }
    y += 2 * strideY;
    u += strideC;
    v += strideC;
  }
}

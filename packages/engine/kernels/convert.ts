// Pictures to I420, and from one colour space to another. Defined by convert.reference.ts.

/** Four floats as bytes in the lowest lane, rounded and clamped to 0..255. */
function toBytes(values: v128): v128 {
  const rounded = i32x4.trunc_sat_f32x4_s(f32x4.floor(f32x4.add(values, f32x4.splat(0.5))));
  const words = i16x8.narrow_i32x4_s(rounded, rounded);
  return i8x16.narrow_i16x8_u(words, words);
}

/** A float rounded and clamped to 0..255. */
function toByte(value: f32): u8 {
  return <u8>i32(max<f32>(0, min<f32>(255, floor<f32>(value + 0.5))));
}

/** A pixel's R, G, B (and what of A is left) over black. */
function overBlack(pixel: usize): v128 {
  const values = f32x4.convert_i32x4_u(i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(pixel))));
  return f32x4.mul(values, f32x4.splat(f32x4.extract_lane(values, 3) / 255));
}

/** A weighted sum of the first three lanes. */
function weigh(color: v128, r: f32, g: f32, b: f32): f32 {
  return f32x4.extract_lane(color, 0) * r + f32x4.extract_lane(color, 1) * g + f32x4.extract_lane(color, 2) * b;
}

export function rgbaToI420(
  rgba: usize,
  width: i32,
  height: i32,
  y: usize,
  u: usize,
  v: usize,
  strideY: i32,
  strideC: i32,
  yOffset: f32,
  yr: f32,
  yg: f32,
  yb: f32,
  ur: f32,
  ug: f32,
  ub: f32,
  vr: f32,
  vg: f32,
  vb: f32,
): void {
  for (let row = 0; row < height; row += 2) {
    const below = min(row + 1, height - 1);
    for (let column = 0; column < width; column += 2) {
      const beside = min(column + 1, width - 1);
      const a = overBlack(rgba + (row * width + column) * 4);
      const b = overBlack(rgba + (row * width + beside) * 4);
      const c = overBlack(rgba + (below * width + column) * 4);
      const d = overBlack(rgba + (below * width + beside) * 4);
      store<u8>(y + row * strideY + column, toByte(yOffset + weigh(a, yr, yg, yb)));
      store<u8>(y + row * strideY + beside, toByte(yOffset + weigh(b, yr, yg, yb)));
      store<u8>(y + below * strideY + column, toByte(yOffset + weigh(c, yr, yg, yb)));
      store<u8>(y + below * strideY + beside, toByte(yOffset + weigh(d, yr, yg, yb)));
      const mean = f32x4.mul(f32x4.add(f32x4.add(a, b), f32x4.add(c, d)), f32x4.splat(0.25));
      const chroma = (row >> 1) * strideC + (column >> 1);
      store<u8>(u + chroma, toByte(128 + weigh(mean, ur, ug, ub)));
      store<u8>(v + chroma, toByte(128 + weigh(mean, vr, vg, vb)));
    }
  }
}

/** Four bytes as floats. */
function loadBytes(at: usize): v128 {
  return f32x4.convert_i32x4_u(i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(at))));
}

export function recolor(
  y: usize,
  u: usize,
  v: usize,
  strideY: i32,
  strideC: i32,
  width: i32,
  height: i32,
  yy: f32,
  yu: f32,
  yv: f32,
  y0: f32,
  uu: f32,
  uv: f32,
  u0: f32,
  vu: f32,
  vv: f32,
  v0: f32,
): void {
  const chromaWidth = (width + 1) >> 1;
  const gain = f32x4.splat(yy);
  for (let row = 0; row < height; row += 2) {
    for (let column = 0; column < chromaWidth; column += 4) {
      const us = loadBytes(u + column);
      const vs = loadBytes(v + column);
      const shift = affine(us, vs, yu, yv, y0);
      const left = v128.shuffle<i32>(shift, shift, 0, 0, 1, 1);
      const right = v128.shuffle<i32>(shift, shift, 2, 2, 3, 3);
      recolorLuma(y + column * 2, gain, left, right);
      if (row + 1 < height) recolorLuma(y + strideY + column * 2, gain, left, right);
      v128.store32_lane(u + column, toBytes(affine(us, vs, uu, uv, u0)), 0);
      v128.store32_lane(v + column, toBytes(affine(us, vs, vu, vv, v0)), 0);
    }
    y += 2 * strideY;
    u += strideC;
    v += strideC;
  }
}

/** `a * x + b * y + c`, lane by lane. */
function affine(x: v128, y: v128, a: f32, b: f32, c: f32): v128 {
  return f32x4.add(f32x4.add(f32x4.mul(x, f32x4.splat(a)), f32x4.mul(y, f32x4.splat(b))), f32x4.splat(c));
}

/** Eight luma samples times the gain, the first four plus `left`, the others plus `right`. */
function recolorLuma(at: usize, gain: v128, left: v128, right: v128): void {
  v128.store32_lane(at, toBytes(f32x4.add(f32x4.mul(loadBytes(at), gain), left)), 0);
  v128.store32_lane(at + 4, toBytes(f32x4.add(f32x4.mul(loadBytes(at + 4), gain), right)), 0);
}

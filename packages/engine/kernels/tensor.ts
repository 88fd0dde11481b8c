// Planes of YUV into the interleaved RGB that a network takes. Defined by tensor.reference.ts.
import { Guide, YuvToRgb } from './structs';

function clampUnit(values: v128): v128 {
  return f32x4.pmin(f32x4.splat(1), f32x4.pmax(f32x4.splat(0), values));
}

/** Writes the first `count` of four pixels, one every `step` bytes. */
function storePixels(target: usize, step: i32, r: v128, g: v128, b: v128, count: i32): void {
  v128.store32_lane(target, r, 0, 0);
  v128.store32_lane(target, g, 0, 4);
  v128.store32_lane(target, b, 0, 8);
  if (count < 2) return;
  target += step;
  v128.store32_lane(target, r, 1, 0);
  v128.store32_lane(target, g, 1, 4);
  v128.store32_lane(target, b, 1, 8);
  if (count < 3) return;
  target += step;
  v128.store32_lane(target, r, 2, 0);
  v128.store32_lane(target, g, 2, 4);
  v128.store32_lane(target, b, 2, 8);
  if (count < 4) return;
  target += step;
  v128.store32_lane(target, r, 3, 0);
  v128.store32_lane(target, g, 3, 4);
  v128.store32_lane(target, b, 3, 8);
}

/**
 * Float planes of YUV into interleaved RGB for a network.
 *
 * @param rotation - 0, 90, 180 or 270 degrees clockwise; at 90 and 270 the output is as wide as the guide is high.
 * @param low - What a component of 0 becomes.
 * @param high - What a component of 1 becomes.
 * @param target - Receives three floats for each pixel.
 */
export function tensor(
  guide: Guide,
  rotation: i32,
  colors: YuvToRgb,
  low: f32,
  high: f32,
  target: usize,
): void {
  const y = guide.y;
  const u = guide.u;
  const v = guide.v;
  const width = guide.width;
  const height = guide.height;
  const yOffset = f32x4.splat(colors.yOffset);
  const yScale = f32x4.splat(colors.yScale);
  const rv = f32x4.splat(colors.rv);
  const gu = f32x4.splat(colors.gu);
  const gv = f32x4.splat(colors.gv);
  const bu = f32x4.splat(colors.bu);
  // Where the first pixel comes to lie, and how far it is from a pixel to the next and from a row to the next, in pixels.
  let origin = 0;
  let step = 1;
  let rowStep = width;
  if (rotation === 90) {
    origin = height - 1;
    step = height;
    rowStep = -1;
  } else if (rotation === 180) {
    origin = width * height - 1;
    step = -1;
    rowStep = -width;
  } else if (rotation === 270) {
    origin = (width - 1) * height;
    step = -height;
    rowStep = 1;
  }

  const lows = f32x4.splat(low);
  const range = f32x4.splat(high - low);
  const middle = f32x4.splat(128);
  for (let row = 0; row < height; row++) {
    let at = target + 12 * (origin + row * rowStep);
    for (let x = 0; x < width; x += 4) {
      const i = 4 * (row * width + x);
      const luma = f32x4.mul(f32x4.sub(v128.load(y + i), yOffset), yScale);
      const cb = f32x4.sub(v128.load(u + i), middle);
      const cr = f32x4.sub(v128.load(v + i), middle);
      const red = f32x4.add(luma, f32x4.mul(cr, rv));
      const chromaGreen = f32x4.add(f32x4.mul(cb, gu), f32x4.mul(cr, gv));
      const green = f32x4.add(luma, chromaGreen);
      const blue = f32x4.add(luma, f32x4.mul(cb, bu));
      storePixels(
        at,
        12 * step,
        f32x4.add(lows, f32x4.mul(range, clampUnit(red))),
        f32x4.add(lows, f32x4.mul(range, clampUnit(green))),
        f32x4.add(lows, f32x4.mul(range, clampUnit(blue))),
        width - x,
      );
      at += 48 * step;
    }
  }
}

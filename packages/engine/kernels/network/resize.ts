// Bilinear enlargement and reduction. Defined by resize.reference.ts.
import { madd } from './activation';

/**
 * One row of a map at twice its size, its pixels between the source's (half-pixel centres), plus another row times a gate:
 * what a decoder does with the encoder's features of the same size.
 *
 * @param near - The source row that counts three quarters.
 * @param far - The one that counts a quarter.
 * @param skip - The other row, of `2 * pixels` pixels, or 0 for none.
 * @param gate - A value for each channel of the other row; not read without one.
 * @param channels - A multiple of four.
 */
export function doubleRow(
  near: usize,
  far: usize,
  skip: usize,
  gate: usize,
  target: usize,
  pixels: i32,
  channels: i32,
): void {
  const step = <usize>(4 * channels);
  const most = f32x4.splat(0.75);
  const rest = f32x4.splat(0.25);
  for (let c: usize = 0; c < step; c += 16) {
    let n = near + c;
    let f = far + c;
    let s = skip + c;
    let t = target + c;
    const factor = skip ? v128.load(gate + c) : f32x4.splat(0);
    let middle = f32x4.add(f32x4.mul(v128.load(n), most), f32x4.mul(v128.load(f), rest));
    let left = middle;
    for (let i = 1; i <= pixels; i++) {
      let right = middle;
      if (i < pixels) {
        n += step;
        f += step;
        right = f32x4.add(f32x4.mul(v128.load(n), most), f32x4.mul(v128.load(f), rest));
      }
      const own = f32x4.mul(middle, most);
      let a = f32x4.add(own, f32x4.mul(left, rest));
      let b = f32x4.add(own, f32x4.mul(right, rest));
      if (skip) {
        a = madd(v128.load(s), factor, a);
        b = madd(v128.load(s + step), factor, b);
        s += 2 * step;
      }
      v128.store(t, a);
      v128.store(t + step, b);
      t += 2 * step;
      left = middle;
      middle = right;
    }
  }
}

/**
 * One row at any size. Writes up to twelve bytes behind the last pixel.
 *
 * @param upper - The source row above; `lower` counts `share`, 0..1.
 * @param columns - For each pixel: the source's columns to its left and right, and the right one's share, a float.
 * @param scratch - As much as a source row.
 * @param pixels - Of the source.
 * @param channels - How many the source has, a multiple of four.
 * @param target - Receives `targetPixels` pixels of `targetChannels` channels, no more than the source has.
 */
export function resizeRow(
  upper: usize,
  lower: usize,
  share: f32,
  columns: usize,
  scratch: usize,
  pixels: i32,
  channels: i32,
  target: usize,
  targetPixels: i32,
  targetChannels: i32,
): void {
  const step = <usize>(4 * channels);
  const targetStep = <usize>(4 * targetChannels);
  const shares = f32x4.splat(share);
  for (let at: usize = 0, end = step * pixels; at < end; at += 16) {
    const a = v128.load(upper + at);
    v128.store(scratch + at, madd(f32x4.sub(v128.load(lower + at), a), shares, a));
  }
  for (const end = columns + 12 * targetPixels; columns < end; columns += 12) {
    const left = scratch + step * <usize>load<u32>(columns);
    const right = scratch + step * <usize>load<u32>(columns, 4);
    const weight = v128.load32_splat(columns, 8);
    for (let c: usize = 0; c < targetStep; c += 16) {
      const a = v128.load(left + c);
      v128.store(target + c, madd(f32x4.sub(v128.load(right + c), a), weight, a));
    }
    target += targetStep;
  }
}

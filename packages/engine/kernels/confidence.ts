// What happens to the confidence map just before the guided filter: it is sharpened by a curve and made smaller. Defined by
// confidence.reference.ts.
import { rangeOf, smoothstep } from './smoothstep';

export function curve(source: usize, target: usize, count: i32, low: f32, high: f32): void {
  const lows = f32x4.splat(low);
  const ranges = f32x4.splat(rangeOf(low, high));
  for (let i = 0; i < 4 * count; i += 16) {
    v128.store(target + i, smoothstep(v128.load(source + i), lows, ranges));
  }
}

export function halve(source: usize, width: i32, height: i32, target: usize): void {
  const targetWidth = (width + 1) >> 1;
  const sourceBytes = 4 * width;
  const targetBytes = 4 * targetWidth;
  for (let row = 0; row < height; row += 2) {
    const next = row + 1 < height ? source + sourceBytes : source;
    // What is written behind the row's end is overwritten by the next row, or lies in the plane's slack.
    for (let i = 0; i < targetBytes; i += 16) {
      const left = f32x4.add(v128.load(source + 2 * i), v128.load(next + 2 * i));
      const right = f32x4.add(v128.load(source + 2 * i, 16), v128.load(next + 2 * i, 16));
      const sum = f32x4.add(i32x4.shuffle(left, right, 0, 2, 4, 6), i32x4.shuffle(left, right, 1, 3, 5, 7));
      v128.store(target + i, f32x4.mul(sum, f32x4.splat(0.25)));
    }
    if (width & 1) {
      const last = sourceBytes - 4;
      store<f32>(target + targetBytes - 4, (load<f32>(source + last) + load<f32>(next + last)) * 0.5);
    }
    source += 2 * sourceBytes;
    target += targetBytes;
  }
}

import type { Frame } from '@elsewhere/engine';
import { enlarge, type Size, shrink, shrinkBytes } from '../items/scale.js';

/** The longer side at which steadiness is measured. */
const LONG_SIDE = 320;

/** The size at which steadiness is measured: never larger than the frame. */
export function smallSize({ width, height }: Size): Size {
  const scale = Math.min(1, LONG_SIDE / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/** Luma and chroma of a frame at {@link smallSize}, each the mean of 3x3 pixels, so that noise does not count as motion. */
export type SmallFrame = readonly [y: Float32Array, u: Float32Array, v: Float32Array];

/** Scales an I420 frame without padding down. */
export function smallFrame({ planes: [y, u, v], width, height }: Frame): SmallFrame {
  if (!y || !u || !v) throw new Error('The frame does not have three planes.');
  const to = smallSize({ width, height });
  const chroma = { width: (width + 1) >> 1, height: (height + 1) >> 1 };
  const plane = (data: Uint8Array, from: Size) =>
    blur3(
      from.width >= to.width && from.height >= to.height
        ? shrink(data, from, to, 1)
        : enlarge(Float32Array.from(data), from, to),
      to,
    );
  return [plane(y.data, { width, height }), plane(u.data, chroma), plane(v.data, chroma)];
}

/** Scales a matte down. */
export function smallAlpha(matte: Uint8Array, size: Size): Uint8Array {
  return shrinkBytes(matte, size, smallSize(size), 1);
}

/** The mean of 3x3 values, with edges repeated. */
function blur3(data: Float32Array, { width, height }: Size): Float32Array {
  const rows = new Float32Array(data.length);
  const result = new Float32Array(data.length);
  for (let i = 0, y = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const left = x > 0 ? i - 1 : i;
      const right = x < width - 1 ? i + 1 : i;
      rows[i] = ((data[left] ?? 0) + (data[i] ?? 0) + (data[right] ?? 0)) / 3;
    }
  }
  for (let i = 0, y = 0; y < height; y++) {
    const above = y > 0 ? -width : 0;
    const below = y < height - 1 ? width : 0;
    for (let x = 0; x < width; x++, i++) {
      result[i] = ((rows[i + above] ?? 0) + (rows[i] ?? 0) + (rows[i + below] ?? 0)) / 3;
    }
  }
  return result;
}

import type { ColorSpace } from '../../src/index.js';

/** Red, green and blue, each 0..255. */
export type Rgb = readonly [red: number, green: number, blue: number];
/** Y, U and V, each 0..255. */
export type Yuv = readonly [y: number, u: number, v: number];

export const COLOR_SPACES: readonly ColorSpace[] = (['bt601', 'bt709', 'bt2020-ncl'] as const).flatMap(
  (matrix) => (['limited', 'full'] as const).map((range) => ({ matrix, range })),
);

/** The luma equations and chroma divisors as the recommendations print them (BT.601-7 2.5, BT.709-6 3.2, BT.2020-2 table 4). */
const PRINTED = {
  bt601: { luma: [0.299, 0.587, 0.114], blue: 1.772, red: 1.402 },
  bt709: { luma: [0.2126, 0.7152, 0.0722], blue: 1.8556, red: 1.5748 },
  'bt2020-ncl': { luma: [0.2627, 0.678, 0.0593], blue: 1.8814, red: 1.4746 },
} as const;

/** A colour's samples, not rounded. Written from the recommendations, independently of the engine. */
export function yuvOf([r, g, b]: Rgb, { matrix, range }: ColorSpace): Yuv {
  const { luma, blue, red } = PRINTED[matrix];
  const y = (luma[0] * r + luma[1] * g + luma[2] * b) / 255;
  const cb = (b / 255 - y) / blue;
  const cr = (r / 255 - y) / red;
  return range === 'limited'
    ? [16 + 219 * y, 128 + 224 * cb, 128 + 224 * cr]
    : [255 * y, 128 + 255 * cb, 128 + 255 * cr];
}

/** A colour's samples as they are stored. */
export function roundedYuvOf(color: Rgb, colorSpace: ColorSpace): Yuv {
  const [y, u, v] = yuvOf(color, colorSpace);
  return [toByte(y), toByte(u), toByte(v)];
}

/** The colour of samples, clamped. */
export function rgbOf([y, u, v]: Yuv, { matrix, range }: ColorSpace): Rgb {
  const { luma, blue, red } = PRINTED[matrix];
  const [scale, offset, chroma] = range === 'limited' ? [219, 16, 224] : [255, 0, 255];
  const grey = (y - offset) / scale;
  const r = grey + (red * (v - 128)) / chroma;
  const b = grey + (blue * (u - 128)) / chroma;
  const g = (grey - luma[0] * r - luma[2] * b) / luma[1];
  return [toByte(255 * r), toByte(255 * g), toByte(255 * b)];
}

function toByte(value: number): number {
  return Math.min(255, Math.max(0, Math.round(value)));
}

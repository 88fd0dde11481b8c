/** The matrix between RGB and YUV: ITU-R BT.601, BT.709, or BT.2020 with non-constant luminance. */
export type Matrix = 'bt601' | 'bt709' | 'bt2020-ncl';

/** `limited`: Y in 16..235 and chroma in 16..240. `full`: all of 0..255. */
export type Range = 'limited' | 'full';

/** How a frame's YUV samples stand for colours. Primaries and transfer are the business of who reads and writes files. */
export interface ColorSpace {
  readonly matrix: Matrix;
  readonly range: Range;
}

/** What most cameras and videos have: BT.709, limited range. */
export const DEFAULT_COLOR_SPACE: ColorSpace = { matrix: 'bt709', range: 'limited' };

/** The luma weights Kr and Kb of each matrix; Kg = 1 - Kr - Kb (ITU-R BT.601-7, BT.709-6, BT.2020-2). */
export const LUMA_WEIGHTS: Readonly<Record<Matrix, { readonly kr: number; readonly kb: number }>> = {
  bt601: { kr: 0.299, kb: 0.114 },
  bt709: { kr: 0.2126, kb: 0.0722 },
  'bt2020-ncl': { kr: 0.2627, kb: 0.0593 },
};

/** The coefficients that turn 8-bit YUV into RGB in 0..1. */
export interface YuvToRgb {
  /** Multiplies Y - yOffset. */
  readonly yScale: number;
  /** 16 in limited range, 0 in full range. */
  readonly yOffset: number;
  /** V - 128 in red. */
  readonly rv: number;
  /** U - 128 in green. */
  readonly gu: number;
  /** V - 128 in green. */
  readonly gv: number;
  /** U - 128 in blue. */
  readonly bu: number;
}

/**
 * R = yScale (Y - yOffset) + rv (V - 128), G = ... + gu (U - 128) + gv (V - 128), B = ... + bu (U - 128),
 * from the definition of each matrix: E'y = Kr R + Kg G + Kb B, Cb = (B - E'y) / (2 - 2 Kb), Cr = (R - E'y) / (2 - 2 Kr).
 *
 * @param colorSpace - The samples' matrix and range.
 * @returns Coefficients for 8-bit samples, giving RGB in 0..1 (values outside are to be clamped).
 */
export function yuvToRgb({ matrix, range }: ColorSpace): YuvToRgb {
  const { kr, kb } = LUMA_WEIGHTS[matrix];
  const kg = 1 - kr - kb;
  const y = range === 'limited' ? 219 : 255;
  const c = range === 'limited' ? 224 : 255;
  return {
    yScale: 1 / y,
    yOffset: range === 'limited' ? 16 : 0,
    rv: (2 - 2 * kr) / c,
    gu: (-(2 - 2 * kb) * kb) / kg / c,
    gv: (-(2 - 2 * kr) * kr) / kg / c,
    bu: (2 - 2 * kb) / c,
  };
}

/** A colour as 8-bit Y, U and V samples. */
export interface YuvColor {
  readonly y: number;
  readonly u: number;
  readonly v: number;
}

/**
 * The inverse of {@link yuvToRgb} for one colour.
 *
 * @param rgb - Red, green and blue in 0..1.
 * @param colorSpace - The matrix and range wanted.
 * @returns Samples rounded to 0..255.
 */
export function rgbToYuv(
  { r, g, b }: { readonly r: number; readonly g: number; readonly b: number },
  { matrix, range }: ColorSpace,
): YuvColor {
  const { kr, kb } = LUMA_WEIGHTS[matrix];
  const luma = kr * r + (1 - kr - kb) * g + kb * b;
  const limited = range === 'limited';
  const chroma = (value: number) => clampByte(128 + (limited ? 224 : 255) * value);
  return {
    y: clampByte((limited ? 16 : 0) + (limited ? 219 : 255) * luma),
    u: chroma((b - luma) / (2 - 2 * kb)),
    v: chroma((r - luma) / (2 - 2 * kr)),
  };
}

function clampByte(value: number): number {
  return Math.min(255, Math.max(0, Math.round(value)));
}

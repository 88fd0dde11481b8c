/** The matrix between RGB and YUV: ITU-R BT.601, BT.709, or BT.2020 with non-constant luminance. */
export type Matrix = 'bt601' | 'bt709' | 'bt2020-ncl';

/** `limited`: Y in 16..235 and chroma in 16..240. `full`: all of 0..255. */
export type Range = 'limited' | 'full';

/** How a frame's YUV samples represent colours. Primaries and transfer function are up to the file readers and writers. */
export interface ColorSpace {
  readonly matrix: Matrix;
  readonly range: Range;
}

/** The colour space of most cameras and videos: BT.709, limited range. */
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

/** What a row of a 3x3 matrix multiplies. */
export type Row = readonly [first: number, second: number, third: number];

/** The coefficients that turn 8-bit RGB into 8-bit YUV: each row times (R, G, B), plus `yOffset` or 128. */
export interface RgbToYuv {
  /** 16 in limited range, 0 in full range. */
  readonly yOffset: number;
  /** Of Y. */
  readonly y: Row;
  /** Of U. */
  readonly u: Row;
  /** Of V. */
  readonly v: Row;
}

/**
 * The inverse of {@link yuvToRgb}, for RGB in 0..255.
 *
 * @param colorSpace - The samples' matrix and range.
 */
export function rgbToYuvMatrix({ matrix, range }: ColorSpace): RgbToYuv {
  const { kr, kb } = LUMA_WEIGHTS[matrix];
  const kg = 1 - kr - kb;
  const limited = range === 'limited';
  const scaleY = (limited ? 219 : 255) / 255;
  const scaleC = (limited ? 224 : 255) / 255;
  const u = scaleC / (2 - 2 * kb);
  const v = scaleC / (2 - 2 * kr);
  return {
    yOffset: limited ? 16 : 0,
    y: [kr * scaleY, kg * scaleY, kb * scaleY],
    u: [-kr * u, -kg * u, (1 - kb) * u],
    v: [(1 - kr) * v, -kg * v, -kb * v],
  };
}

/** A colour as 8-bit Y, U and V samples. */
export interface YuvColor {
  readonly y: number;
  readonly u: number;
  readonly v: number;
}

/**
 * One colour as samples.
 *
 * @param rgb - Red, green and blue in 0..1.
 * @param colorSpace - The matrix and range wanted.
 * @returns Samples rounded to 0..255.
 */
export function rgbToYuv(
  { r, g, b }: { readonly r: number; readonly g: number; readonly b: number },
  colorSpace: ColorSpace,
): YuvColor {
  const { yOffset, y, u, v } = rgbToYuvMatrix(colorSpace);
  const sample = (offset: number, row: Row) =>
    Math.min(255, Math.max(0, Math.round(offset + 255 * (row[0] * r + row[1] * g + row[2] * b))));
  return { y: sample(yOffset, y), u: sample(128, u), v: sample(128, v) };
}

/** The ten coefficients of the kernel `recolor`, in its order. */
export type Recoloring = readonly [
  yy: number,
  yu: number,
  yv: number,
  y0: number,
  uu: number,
  uv: number,
  u0: number,
  vu: number,
  vv: number,
  v0: number,
];

/**
 * The conversion of samples from one colour space to another: {@link yuvToRgb}, then {@link rgbToYuvMatrix}. Grey has no
 * chroma in any of them, so chroma does not depend on luma.
 *
 * @param from - The samples' colour space.
 * @param to - The colour space wanted.
 * @returns The coefficients, or `undefined` if there is nothing to do.
 */
export function recoloring(from: ColorSpace, to: ColorSpace): Recoloring | undefined {
  if (from.matrix === to.matrix && from.range === to.range) return undefined;
  const { yScale, yOffset, rv, gu, gv, bu } = yuvToRgb(from);
  const target = rgbToYuvMatrix(to);
  const row = (r: Row) => {
    const y = 255 * yScale * (r[0] + r[1] + r[2]);
    const u = 255 * (r[1] * gu + r[2] * bu);
    const v = 255 * (r[0] * rv + r[1] * gv);
    return { y, u, v, constant: -(u + v) * 128 };
  };
  const [y, u, v] = [row(target.y), row(target.u), row(target.v)];
  const y0 = target.yOffset + y.constant - y.y * yOffset;
  return [y.y, y.u, y.v, y0, u.u, u.v, 128 + u.constant, v.u, v.v, 128 + v.constant];
}

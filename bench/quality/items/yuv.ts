import type { ColorSpace, Frame } from '@elsewhere/engine';
import { rgbToYuvMatrix, yuvToRgb } from '@elsewhere/engine/internal';
import type { Size } from './scale.js';

/** Images enter the engine in full range, as in the command, because that loses least. */
const STILL: ColorSpace = { matrix: 'bt709', range: 'full' };

/**
 * Converts R, G, B pixels to a frame, with chroma as the mean of four.
 *
 * @param size - Both sides must be even.
 * @param colorSpace - The frame's colour space. Default BT.709, full range.
 */
export function rgbToFrame(rgb: Uint8Array, { width, height }: Size, colorSpace = STILL): Frame {
  const { y: toY, u: toU, v: toV, yOffset } = rgbToYuvMatrix(colorSpace);
  const luma = new Uint8ClampedArray(width * height);
  const half = width / 2;
  const u = new Uint8ClampedArray(half * (height / 2));
  const v = new Uint8ClampedArray(u.length);
  for (let i = 0, at = 0; i < luma.length; i++, at += 3) {
    luma[i] = yOffset + toY[0] * (rgb[at] ?? 0) + toY[1] * (rgb[at + 1] ?? 0) + toY[2] * (rgb[at + 2] ?? 0);
  }
  const below = width * 3;
  const mean = (at: number) =>
    ((rgb[at] ?? 0) + (rgb[at + 3] ?? 0) + (rgb[at + below] ?? 0) + (rgb[at + below + 3] ?? 0)) / 4;
  for (let i = 0; i < u.length; i++) {
    const at = (2 * Math.floor(i / half) * width + 2 * (i % half)) * 3;
    const [r, g, b] = [mean(at), mean(at + 1), mean(at + 2)];
    u[i] = 128 + toU[0] * r + toU[1] * g + toU[2] * b;
    v[i] = 128 + toV[0] * r + toV[1] * g + toV[2] * b;
  }
  return i420({ width, height }, luma, u, v, colorSpace);
}

/** Makes a frame from the bytes of its three planes, which have no padding. */
export function i420(
  { width, height }: Size,
  y: ArrayBufferView<ArrayBufferLike>,
  u: ArrayBufferView<ArrayBufferLike>,
  v: ArrayBufferView<ArrayBufferLike>,
  colorSpace: ColorSpace,
): Frame {
  const bytes = (view: ArrayBufferView) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  const planes = [
    { data: bytes(y), stride: width },
    { data: bytes(u), stride: (width + 1) >> 1 },
    { data: bytes(v), stride: (width + 1) >> 1 },
  ];
  return { format: 'I420', width, height, planes, colorSpace, rotation: 0 };
}

/**
 * The R, G, B pixels of an I420 frame. Chroma is repeated, so {@link rgbToFrame} returns the same chroma: a second
 * conversion does not change an image.
 */
export function frameToRgb({ width, height, planes: [y, u, v], colorSpace }: Frame): Uint8Array {
  if (!y || !u || !v) throw new Error('The frame does not have three planes.');
  const { yScale, yOffset, rv, gu, gv, bu } = yuvToRgb(colorSpace);
  const rgb = new Uint8ClampedArray(width * height * 3);
  for (let row = 0, at = 0; row < height; row++) {
    const [lumas, us, vs] = [row * y.stride, (row >> 1) * u.stride, (row >> 1) * v.stride];
    for (let x = 0; x < width; x++, at += 3) {
      const cu = (u.data[us + (x >> 1)] ?? 0) - 128;
      const cv = (v.data[vs + (x >> 1)] ?? 0) - 128;
      const luma = yScale * ((y.data[lumas + x] ?? 0) - yOffset);
      rgb[at] = 255 * (luma + rv * cv);
      rgb[at + 1] = 255 * (luma + gu * cu + gv * cv);
      rgb[at + 2] = 255 * (luma + bu * cu);
    }
  }
  return new Uint8Array(rgb.buffer);
}

/** Converts grey to alpha: luma samples of a matte, in the range of its colour space, to 0..255. */
export function greyToAlpha(luma: Uint8Array, { range }: Pick<ColorSpace, 'range'>): Uint8Array {
  if (range === 'full') return luma.slice();
  const lookup = Uint8ClampedArray.from({ length: 256 }, (_, y) => ((y - 16) * 255) / 219);
  const alpha = new Uint8Array(luma.length);
  for (let i = 0; i < luma.length; i++) alpha[i] = lookup[luma[i] ?? 0] ?? 0;
  return alpha;
}

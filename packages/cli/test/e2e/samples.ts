import { expect } from 'vitest';
import type { DecodedFrame, Plane } from './inspect.js';

/** Red, green and blue, 0..255, or beyond if the samples are. */
export type Rgb = readonly [number, number, number];

/** A part of a frame, in fractions of its width and height. */
export interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The upper corners, which the presenter in the middle never reaches. */
export const LEFT_CORNER: Area = { x: 0.02, y: 0.03, width: 0.1, height: 0.12 };
export const RIGHT_CORNER: Area = { x: 0.88, y: 0.03, width: 0.1, height: 0.12 };

/** The mean colour of a part of a frame. */
export function colorOf(frame: DecodedFrame, area: Area): Rgb {
  const [luma, blue, red] = frame.planes;
  if (!luma) throw new Error('a frame without luma');
  const unit = 2 ** (frame.bits - 8);
  const y = frame.full ? mean(luma, area) / unit : ((mean(luma, area) / unit - 16) * 255) / 219;
  if (!blue || !red) return [y, y, y];
  const scale = frame.full ? 1 : 255 / 224;
  const b = (mean(blue, area) / unit - 128) * scale;
  const r = (mean(red, area) / unit - 128) * scale;
  const [weightRed, weightBlue] = frame.weights;
  const rgbRed = y + 2 * (1 - weightRed) * r;
  const rgbBlue = y + 2 * (1 - weightBlue) * b;
  return [rgbRed, (y - weightRed * rgbRed - weightBlue * rgbBlue) / (1 - weightRed - weightBlue), rgbBlue];
}

/** The mean of a part of a plane. */
export function mean(plane: Plane, { x, y, width, height }: Area): number {
  const [left, top] = [Math.floor(x * plane.width), Math.floor(y * plane.height)];
  const right = Math.max(left + 1, Math.floor((x + width) * plane.width));
  const bottom = Math.max(top + 1, Math.floor((y + height) * plane.height));
  let sum = 0;
  for (let row = top; row < bottom; row++)
    for (let column = left; column < right; column++) sum += plane.samples[row * plane.width + column] ?? 0;
  return sum / ((right - left) * (bottom - top));
}

/** Fails unless a part of a frame has this colour. */
export function expectColor(frame: DecodedFrame | undefined, area: Area, color: Rgb, tolerance = 6): void {
  if (!frame) throw new Error('no frame');
  const found = colorOf(frame, area);
  const apart = Math.max(...found.map((value, channel) => Math.abs(value - (color[channel] ?? 0))));
  expect(apart, `${found.map(Math.round)} where ${color} is expected`).toBeLessThanOrEqual(tolerance);
}

/** A frame's alpha, or else its luma, as 0..255. */
export function greyOf(frame: DecodedFrame | undefined): Uint8Array {
  const plane = frame?.planes[3] ?? frame?.planes[0];
  if (!frame || !plane) throw new Error('no frame');
  const unit = 2 ** (frame.bits - 8);
  const isAlpha = frame.planes.length === 4;
  const [low, span] = frame.full || isAlpha ? [0, 255] : [16, 219];
  // Alpha uses its full range: 1023 is 255.
  const most = isAlpha ? 2 ** frame.bits - 1 : 255 * unit;
  return Uint8Array.from(plane.samples, (value) =>
    isAlpha
      ? Math.round((value * 255) / most)
      : Math.min(255, Math.max(0, Math.round(((value / unit - low) * 255) / span))),
  );
}

/** Intersection over union of two mattes, thresholded at one half. */
export function overlap(a: Uint8Array, b: Uint8Array): number {
  expect(a.length).toBe(b.length);
  let [both, either] = [0, 0];
  for (let at = 0; at < a.length; at++) {
    const [inA, inB] = [(a[at] ?? 0) > 127, (b[at] ?? 0) > 127];
    if (inA && inB) both++;
    if (inA || inB) either++;
  }
  return either === 0 ? 1 : both / either;
}

/** The mean difference of two mattes, 0..1. */
export function difference(a: Uint8Array, b: Uint8Array): number {
  expect(a.length).toBe(b.length);
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += Math.abs((a[at] ?? 0) - (b[at] ?? 0));
  return sum / a.length / 255;
}

/** The mean difference of the luma of two frames, in code values, where `where` returns true. */
export function lumaDifference(
  a: DecodedFrame | undefined,
  b: DecodedFrame | undefined,
  where: (at: number) => boolean = () => true,
): number {
  const [left, right] = [a?.planes[0], b?.planes[0]];
  if (!left || !right) throw new Error('no frame');
  expect([left.width, left.height]).toEqual([right.width, right.height]);
  let [sum, count] = [0, 0];
  for (let at = 0; at < left.samples.length; at++) {
    if (!where(at)) continue;
    sum += Math.abs((left.samples[at] ?? 0) - (right.samples[at] ?? 0));
    count++;
  }
  if (count === 0) throw new Error('nothing to compare');
  return sum / count;
}

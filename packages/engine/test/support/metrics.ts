import { at } from './frames.js';

/** Intersection over union of two mattes' foreground (alpha of at least one half). 1 if neither has any. */
export function iou(matte: Uint8Array, truth: Uint8Array): number {
  let [intersection, union] = [0, 0];
  for (let i = 0; i < truth.length; i++) {
    const [a, b] = [at(matte, i) >= 128, at(truth, i) >= 128];
    if (a && b) intersection++;
    if (a || b) union++;
  }
  return union === 0 ? 1 : intersection / union;
}

/** Mean absolute difference of two mattes, 0..1. */
export function mad(matte: Uint8Array, truth: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < truth.length; i++) sum += Math.abs(at(matte, i) - at(truth, i));
  return sum / truth.length / 255;
}

/** Mean of a matte, 0..1. */
export function coverage(matte: Uint8Array): number {
  return matte.reduce((sum, value) => sum + value, 0) / matte.length / 255;
}

/** The smallest (or largest) value in a square of `2 * radius + 1` pixels around each pixel. */
function extreme(
  data: Uint8Array,
  width: number,
  height: number,
  radius: number,
  pick: (a: number, b: number) => number,
): Uint8Array {
  const window = 2 * radius + 1;
  const pass = (source: Uint8Array, length: number, step: number, lines: number, lineStep: number) => {
    const target = new Uint8Array(source.length);
    // The edges are repeated, so an edge pixel is in every window that reaches beyond them.
    const padded = new Uint8Array(length + 2 * radius);
    for (let line = 0; line < lines; line++) {
      for (let i = 0; i < padded.length; i++) {
        const inside = Math.min(length - 1, Math.max(0, i - radius));
        padded[i] = at(source, line * lineStep + inside * step);
      }
      // Each round doubles the span that starts at each position; two spans cover the window.
      let span = 1;
      for (; span * 2 <= window; span *= 2) {
        for (let i = 0; i + span < padded.length; i++) padded[i] = pick(at(padded, i), at(padded, i + span));
      }
      for (let i = 0; i < length; i++) {
        target[line * lineStep + i * step] = pick(at(padded, i), at(padded, i + window - span));
      }
    }
    return target;
  };
  return pass(pass(data, width, 1, height, width), height, width, width, 1);
}

/** Erodes the person by `radius` pixels. */
export function eroded(data: Uint8Array, width: number, height: number, radius: number): Uint8Array {
  return extreme(data, width, height, radius, Math.min);
}

/** Dilates the person by `radius` pixels. */
export function dilated(data: Uint8Array, width: number, height: number, radius: number): Uint8Array {
  return extreme(data, width, height, radius, Math.max);
}

/** A matte shifted to the right by a number of pixels, with background on the left. */
export function shifted(data: Uint8Array, width: number, height: number, pixels: number): Uint8Array {
  const result = new Uint8Array(data.length);
  for (let row = 0; row < height; row++) {
    result.set(data.subarray(row * width, (row + 1) * width - pixels), row * width + pixels);
  }
  return result;
}

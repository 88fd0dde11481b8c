import { smoothstep } from './curve.reference.js';
import { at } from './sampling.reference.js';

const RADIUS = 2;

/**
 * The 5x5 mean of |luma - previous| / 255; at the borders the mean of what of the window lies inside.
 *
 * @returns The mean of |luma - previous| / 255 over the picture.
 */
export function motion(
  luma: Float32Array,
  previous: Float32Array,
  target: Float32Array,
  width: number,
  height: number,
): number {
  const difference = (x: number, y: number) =>
    Math.abs(at(luma, y * width + x) - at(previous, y * width + x)) / 255;
  let total = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      total += difference(x, y);
      let sum = 0;
      let count = 0;
      for (let j = Math.max(0, y - RADIUS); j <= Math.min(height - 1, y + RADIUS); j++) {
        for (let i = Math.max(0, x - RADIUS); i <= Math.min(width - 1, x + RADIUS); i++) {
          sum += difference(i, j);
          count++;
        }
      }
      target[y * width + x] = sum / count;
    }
  }
  return total / (width * height);
}

/** `state += gain * (confidence - state)`: the gain is `floor` where nothing moves and 1 where much does. */
export function temporal(
  confidence: Float32Array,
  motion: Float32Array,
  state: Float32Array,
  count: number,
  floor: number,
  low: number,
  high: number,
): void {
  for (let i = 0; i < count; i++) {
    const gain = floor + (1 - floor) * smoothstep(low, high, at(motion, i));
    state[i] = at(state, i) + gain * (at(confidence, i) - at(state, i));
  }
}

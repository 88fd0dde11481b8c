/** A width and a height in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Frames are judged within this size unless another is asked for. */
export const LARGEST: Size = { width: 1280, height: 720 };

/**
 * The size at which a frame is judged: fits inside the largest size, has even sides, and is never larger than the frame.
 *
 * @param size - The size of the frame, at least 2x2.
 * @param largest - Default 1280x720.
 */
export function scoringSize({ width, height }: Size, largest = LARGEST): Size {
  const scale = Math.min(1, largest.width / width, largest.height / height);
  const even = (side: number) => Math.max(2, 2 * Math.floor((side * scale) / 2 + 1e-9));
  return { width: even(width), height: even(height) };
}

/** The source pixels that a target pixel covers: `weights[k]` is the weight of pixel `first + k`. */
interface Cover {
  readonly first: number;
  readonly weights: Float32Array;
}

function covers(from: number, to: number): readonly Cover[] {
  const step = from / to;
  return Array.from({ length: to }, (_, index) => {
    const [begin, end] = [index * step, (index + 1) * step];
    const first = Math.floor(begin + 1e-9);
    const last = Math.min(from, Math.ceil(end - 1e-9));
    const weights = Float32Array.from(
      { length: last - first },
      (_weight, k) => (Math.min(end, first + k + 1) - Math.max(begin, first + k)) / step,
    );
    return { first, weights };
  });
}

/**
 * Scales samples down, so that each new one is the mean of the area it covers.
 *
 * @param data - `from.width * from.height` pixels of `channels` samples, row by row.
 * @param from - The size of `data`.
 * @param to - The new size; neither side larger than `from`'s.
 * @param channels - Samples per pixel.
 * @returns Samples in the units of `data`, not rounded.
 */
export function shrink(data: Uint8Array, from: Size, to: Size, channels: number): Float32Array {
  const result = new Float32Array(to.width * to.height * channels);
  const columns = covers(from.width, to.width);
  const line = new Float32Array(from.width * channels);
  for (const [row, { first, weights }] of covers(from.height, to.height).entries()) {
    line.fill(0);
    for (let k = 0; k < weights.length; k++) {
      const weight = weights[k] ?? 0;
      const start = (first + k) * line.length;
      for (let i = 0; i < line.length; i++) line[i] = (line[i] ?? 0) + weight * (data[start + i] ?? 0);
    }
    let at = row * to.width * channels;
    for (const column of columns) {
      for (let channel = 0; channel < channels; channel++, at++) {
        let sum = 0;
        for (let k = 0; k < column.weights.length; k++) {
          sum += (column.weights[k] ?? 0) * (line[(column.first + k) * channels + channel] ?? 0);
        }
        result[at] = sum;
      }
    }
  }
  return result;
}

/**
 * Rounds values to bytes, clamped to 0..255.
 *
 * @param scale - A factor for each value. Default 1.
 */
export function toBytes(values: Float32Array, scale = 1): Uint8Array {
  // A clamped array rounds by itself; `from` with a function takes a hundred times as long.
  const bytes = new Uint8ClampedArray(values.length);
  for (let i = 0; i < values.length; i++) bytes[i] = scale * (values[i] ?? 0);
  return new Uint8Array(bytes.buffer);
}

/** {@link shrink}, rounded to bytes; the data itself if the size is the same. */
export function shrinkBytes(data: Uint8Array, from: Size, to: Size, channels: number): Uint8Array {
  if (from.width === to.width && from.height === to.height) return data;
  return toBytes(shrink(data, from, to, channels));
}

/**
 * Enlarges one plane bilinearly, with pixel centres aligned and edges repeated, as a GPU samples a small texture.
 *
 * @param data - `from.width * from.height` values.
 * @param from - The size of `data`.
 * @param to - The new size.
 */
export function enlarge(data: Float32Array, from: Size, to: Size): Float32Array {
  const result = new Float32Array(to.width * to.height);
  const columns = taps(from.width, to.width);
  const line = new Float32Array(from.width);
  for (const [row, { near, far, share }] of taps(from.height, to.height).entries()) {
    for (let x = 0; x < line.length; x++) {
      const upper = data[near * from.width + x] ?? 0;
      line[x] = upper + share * ((data[far * from.width + x] ?? 0) - upper);
    }
    const start = row * to.width;
    for (let x = 0; x < to.width; x++) {
      const tap = columns[x];
      if (!tap) continue;
      const left = line[tap.near] ?? 0;
      result[start + x] = left + tap.share * ((line[tap.far] ?? 0) - left);
    }
  }
  return result;
}

function taps(from: number, to: number) {
  return Array.from({ length: to }, (_, index) => {
    const at = Math.min(from - 1, Math.max(0, ((index + 0.5) * from) / to - 0.5));
    const near = Math.floor(at);
    return { near, far: Math.min(from - 1, near + 1), share: at - near };
  });
}

/** The error of mattes; `mad` is the mean absolute difference of alpha in 0..1, times 1000. */
export interface MatteError {
  readonly mad: number;
  /** Intersection over union at alpha 1/2. */
  readonly iou: number;
}

/** A frame as stored by `VideoFrame.copyTo`. */
export interface Output {
  readonly format: string;
  readonly width: number;
  readonly height: number;
  readonly layout: readonly { readonly offset: number; readonly stride: number }[];
  readonly data: Uint8Array;
}

/** A frame of the camera's clip, in planes without padding, and its exact alpha in 0..255. */
export interface TrueFrame {
  readonly y: Uint8Array;
  readonly u: Uint8Array;
  readonly v: Uint8Array;
  readonly alpha: Uint8Array;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** One sample for each 2x2 pixels, as in chroma; luma is the mean of the four. */
interface Samples {
  readonly y: Float32Array;
  readonly u: Float32Array;
  readonly v: Float32Array;
}

/** Where the camera's frame is closer to the background than this (squared), alpha cannot be determined. */
const TOO_SIMILAR = 20 ** 2;

/**
 * Computes the alpha of frames over a plain background and compares it with the ground truth, at half size. The alpha of a
 * pixel is its position between the background and the most similar frame of the camera's clip.
 *
 * @param outputs - Frames over a plain background, whose colour is taken from the top left corner.
 * @param clip - All frames that the camera shows.
 * @param size - The size of the clip.
 * @throws RangeError if the frames do not have the clip's size.
 */
export function matteError(outputs: readonly Output[], clip: readonly TrueFrame[], size: Size): MatteError {
  const known = clip.map((frame) => ({ ...samplesOf(frame, size), alpha: halved(frame.alpha, size) }));
  const errors = outputs.map((output) => {
    if (output.width !== size.width || output.height !== size.height) {
      throw new RangeError(`The frames are ${output.width}x${output.height}.`);
    }
    const shown = readOutput(output);
    const truth = nearest(shown, known);
    return compare(alphaOf(shown, truth), truth.alpha);
  });
  return { mad: mean(errors.map(({ mad }) => mad)), iou: mean(errors.map(({ iou }) => iou)) };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The frame of the clip whose person is most similar to the one in the output. */
function nearest<Known extends Samples & { readonly alpha: Float32Array }>(
  shown: Samples,
  known: readonly Known[],
): Known {
  const distances = known.map(({ y, alpha }) => {
    let [sum, count] = [0, 0];
    for (let i = 0; i < y.length; i++) {
      if ((alpha[i] ?? 0) < 1) continue;
      sum += Math.abs((shown.y[i] ?? 0) - (y[i] ?? 0));
      count++;
    }
    return sum / count;
  });
  const found = known[distances.indexOf(Math.min(...distances))];
  if (!found) throw new RangeError('A clip without frames');
  return found;
}

/** NaN where alpha cannot be determined. */
function alphaOf(shown: Samples, camera: Samples): Float32Array {
  const background = [shown.y[0] ?? 0, shown.u[0] ?? 0, shown.v[0] ?? 0] as const;
  return Float32Array.from(shown.y, (_, i) => {
    let [product, square] = [0, 0];
    for (const [channel, from] of background.entries()) {
      const plane = channel === 0 ? 'y' : channel === 1 ? 'u' : 'v';
      const contrast = (camera[plane][i] ?? 0) - from;
      product += contrast * ((shown[plane][i] ?? 0) - from);
      square += contrast * contrast;
    }
    return square < TOO_SIMILAR ? Number.NaN : Math.min(1, Math.max(0, product / square));
  });
}

function compare(alpha: Float32Array, truth: Float32Array): MatteError {
  let [sum, count, both, either] = [0, 0, 0, 0];
  for (let i = 0; i < alpha.length; i++) {
    const [found, right] = [alpha[i] ?? 0, truth[i] ?? 0];
    if (Number.isNaN(found)) continue;
    sum += Math.abs(found - right);
    count++;
    if (found >= 0.5 && right >= 0.5) both++;
    if (found >= 0.5 || right >= 0.5) either++;
  }
  return { mad: (1000 * sum) / count, iou: either === 0 ? 1 : both / either };
}

function samplesOf({ y, u, v }: TrueFrame, size: Size): Samples {
  const luma = halved(y, size);
  return { y: luma.map((value) => value * 255), u: Float32Array.from(u), v: Float32Array.from(v) };
}

/** The mean of each 2x2 block, 0..1. */
function halved(plane: Uint8Array, { width, height }: Size): Float32Array {
  const across = width >> 1;
  return Float32Array.from({ length: across * (height >> 1) }, (_, i) => {
    const at = 2 * Math.floor(i / across) * width + 2 * (i % across);
    const sum =
      (plane[at] ?? 0) + (plane[at + 1] ?? 0) + (plane[at + width] ?? 0) + (plane[at + width + 1] ?? 0);
    return sum / 4 / 255;
  });
}

/** Reads I420, I420A, NV12, or RGB with four bytes a pixel, assuming that the browser converted it from BT.601. */
function readOutput({ format, width, height, layout, data }: Output): Samples {
  const across = width >> 1;
  const length = across * (height >> 1);
  const [y, u, v] = [new Float32Array(length), new Float32Array(length), new Float32Array(length)];
  const [first, second, third] = layout;
  if (!first) throw new RangeError('A frame without planes');
  const byte = (plane: { readonly offset: number; readonly stride: number }, row: number, column: number) =>
    data[plane.offset + row * plane.stride + column] ?? 0;
  const quad = (row: number, column: number, step = 1, channel = 0) =>
    [0, 1]
      .flatMap((down) => [0, 1].map((right) => byte(first, row + down, step * (column + right) + channel)))
      .reduce((sum, value) => sum + value, 0) / 4;
  const [red, blue] = format.startsWith('BGR') ? [2, 0] : [0, 2];
  for (let i = 0; i < length; i++) {
    const [row, column] = [Math.floor(i / across), i % across];
    if (!second) {
      const [r, g, b] = [red, 1, blue].map((channel) => quad(2 * row, 2 * column, 4, channel)) as [
        number,
        number,
        number,
      ];
      const luma = 0.299 * r + 0.587 * g + 0.114 * b;
      y[i] = 16 + (219 / 255) * luma;
      u[i] = 128 + ((224 / 255) * (b - luma)) / 1.772;
      v[i] = 128 + ((224 / 255) * (r - luma)) / 1.402;
      continue;
    }
    y[i] = quad(2 * row, 2 * column);
    u[i] = third ? byte(second, row, column) : byte(second, row, 2 * column);
    v[i] = third ? byte(third, row, column) : byte(second, row, 2 * column + 1);
  }
  return { y, u, v };
}

import { activate } from './activation.reference.js';

/** A map, pixel by pixel. */
export interface FeatureMap {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly data: Float64Array;
}

/** How windows lie on a map; outside it are zeros. */
export interface Windows {
  readonly size: { readonly y: number; readonly x: number };
  readonly stride: { readonly y: number; readonly x: number };
  readonly dilation: { readonly y: number; readonly x: number };
  /** Rows and columns of the first window that are above and to the left of the map. */
  readonly padding: { readonly y: number; readonly x: number };
}

/** Makes a map value by value. */
export function featureMap(
  height: number,
  width: number,
  channels: number,
  valueAt: (y: number, x: number, channel: number) => number,
): FeatureMap {
  const data = new Float64Array(height * width * channels);
  let index = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let channel = 0; channel < channels; channel++) data[index++] = valueAt(y, x, channel);
    }
  }
  return { height, width, channels, data };
}

/** A value of a map; 0 outside. */
export function at(
  { height, width, channels, data }: FeatureMap,
  y: number,
  x: number,
  channel: number,
): number {
  if (y < 0 || y >= height || x < 0 || x >= width) return 0;
  return data[(y * width + x) * channels + channel] ?? Number.NaN;
}

/**
 * Each output channel is the sum of all taps and input channels, plus its bias.
 *
 * @param weights - Outputs, rows, columns, inputs.
 */
export function convolution(
  input: FeatureMap,
  weights: ArrayLike<number>,
  bias: ArrayLike<number>,
  { size, stride, dilation, padding }: Windows,
  height: number,
  width: number,
  activation: string,
): FeatureMap {
  return featureMap(height, width, bias.length, (y, x, output) => {
    let sum = bias[output] ?? 0;
    let index = output * size.y * size.x * input.channels;
    for (let row = 0; row < size.y; row++) {
      for (let column = 0; column < size.x; column++) {
        for (let channel = 0; channel < input.channels; channel++) {
          const [fromY, fromX] = [
            y * stride.y - padding.y + row * dilation.y,
            x * stride.x - padding.x + column * dilation.x,
          ];
          sum += at(input, fromY, fromX, channel) * (weights[index++] ?? 0);
        }
      }
    }
    return activate(sum, activation);
  });
}

/**
 * Each channel by itself.
 *
 * @param weights - Rows, columns, channels.
 */
export function depthwise(
  input: FeatureMap,
  weights: ArrayLike<number>,
  bias: ArrayLike<number>,
  { size, stride, dilation, padding }: Windows,
  height: number,
  width: number,
  activation: string,
): FeatureMap {
  return featureMap(height, width, input.channels, (y, x, channel) => {
    let sum = bias[channel] ?? 0;
    for (let row = 0; row < size.y; row++) {
      for (let column = 0; column < size.x; column++) {
        const [fromY, fromX] = [
          y * stride.y - padding.y + row * dilation.y,
          x * stride.x - padding.x + column * dilation.x,
        ];
        const weight = weights[(row * size.x + column) * input.channels + channel] ?? 0;
        sum += at(input, fromY, fromX, channel) * weight;
      }
    }
    return activate(sum, activation);
  });
}

/**
 * A transposed convolution whose windows touch without overlapping: each input pixel gives a block of output pixels.
 *
 * @param weights - Outputs, rows, columns, inputs.
 */
export function transposed(
  input: FeatureMap,
  weights: ArrayLike<number>,
  bias: ArrayLike<number>,
  size: { readonly y: number; readonly x: number },
  activation: string,
): FeatureMap {
  return featureMap(input.height * size.y, input.width * size.x, bias.length, (y, x, output) => {
    let sum = bias[output] ?? 0;
    const tap = (output * size.y + (y % size.y)) * size.x + (x % size.x);
    for (let channel = 0; channel < input.channels; channel++) {
      const value = at(input, Math.floor(y / size.y), Math.floor(x / size.x), channel);
      sum += value * (weights[tap * input.channels + channel] ?? 0);
    }
    return activate(sum, activation);
  });
}

import { activate } from './activation.reference.js';
import { at, type FeatureMap, featureMap } from './convolution.reference.js';

/** Sum or product of two maps, one of which may be a single pixel. */
export function combine(
  kind: 'add' | 'multiply',
  first: FeatureMap,
  second: FeatureMap,
  activation: string,
): FeatureMap {
  const [height, width] = [Math.max(first.height, second.height), Math.max(first.width, second.width)];
  const value = (map: FeatureMap, y: number, x: number, channel: number) =>
    map.height * map.width === 1 ? at(map, 0, 0, channel) : at(map, y, x, channel);
  return featureMap(height, width, first.channels, (y, x, channel) => {
    const [a, b] = [value(first, y, x, channel), value(second, y, x, channel)];
    return activate(kind === 'add' ? a + b : a * b, activation);
  });
}

/** An activation of each value. */
export function activateAll(input: FeatureMap, activation: string): FeatureMap {
  return { ...input, data: input.data.map((value) => activate(value, activation)) };
}

/** The mean over all pixels. */
export function mean(input: FeatureMap): FeatureMap {
  const { height, width, channels } = input;
  return featureMap(1, 1, channels, (_, __, channel) => {
    let sum = 0;
    for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) sum += at(input, y, x, channel);
    return sum / (height * width);
  });
}

/** The channels of several maps one behind the other. */
export function concatenate(inputs: readonly FeatureMap[], activation: string): FeatureMap {
  const [first] = inputs;
  if (!first) throw new RangeError('There is nothing to concatenate.');
  const sources = inputs.flatMap((input) =>
    Array.from({ length: input.channels }, (_, channel) => [input, channel] as const),
  );
  return featureMap(first.height, first.width, sources.length, (y, x, index) => {
    const [input, channel] = sources[index] ?? [first, 0];
    return activate(at(input, y, x, channel), activation);
  });
}

import { at, type FeatureMap, featureMap } from './convolution.reference.js';

/** Bilinear resizing; `mode` says which points of source and target are laid over each other. */
export function resize(
  input: FeatureMap,
  height: number,
  width: number,
  mode: 'half-pixel' | 'align-corners' | 'asymmetric',
): FeatureMap {
  const position = (index: number, before: number, after: number) => {
    const scale = mode === 'align-corners' && after > 1 ? (before - 1) / (after - 1) : before / after;
    const exact = mode === 'half-pixel' ? (index + 0.5) * scale - 0.5 : index * scale;
    return Math.min(before - 1, Math.max(0, exact));
  };
  return featureMap(height, width, input.channels, (y, x, channel) => {
    const [fromY, fromX] = [position(y, input.height, height), position(x, input.width, width)];
    const [top, left] = [Math.floor(fromY), Math.floor(fromX)];
    const [bottom, right] = [Math.min(top + 1, input.height - 1), Math.min(left + 1, input.width - 1)];
    const [low, across] = [fromY - top, fromX - left];
    const upper = at(input, top, left, channel) * (1 - across) + at(input, top, right, channel) * across;
    const lower =
      at(input, bottom, left, channel) * (1 - across) + at(input, bottom, right, channel) * across;
    return upper * (1 - low) + lower * low;
  });
}

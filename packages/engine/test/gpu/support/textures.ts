import { at } from '../../../kernels/sampling.reference.js';
import { FrameTexture, Texture } from '../../../src/gpu/memory.js';
import type { FrameShape } from '../../../src/index.js';
import type { Pixels } from '../../support/frames.js';
import type { Bench } from './device.js';

/** The channels of a frame texture: Y, U and V of each pixel. */
export type Channels = readonly [y: Uint8Array, u: Uint8Array, v: Uint8Array];

/** A frame's planes with chroma for each pixel. */
export function channelsOf({ width, height, y, u, v }: Pixels): Channels {
  const across = (width + 1) >> 1;
  const spread = (plane: Uint8Array) =>
    Uint8Array.from({ length: width * height }, (_, i) =>
      at(plane, (Math.floor(i / width) >> 1) * across + ((i % width) >> 1)),
    );
  return [y, spread(u), spread(v)];
}

/** A frame on the GPU, opaque. */
export function frameTexture(bench: Bench, shape: FrameShape, [y, u, v]: Channels): FrameTexture {
  const frame = new FrameTexture(bench.device, shape, 'frame');
  const pixels = Uint8Array.from({ length: y.length * 4 }, (_, i) =>
    i % 4 === 3 ? 255 : at([y, u, v][i % 4] ?? y, i >> 2),
  );
  bench.fill(frame.texture, pixels);
  return frame;
}

/** A matte on the GPU. */
export function matteTexture(
  bench: Bench,
  size: { readonly width: number; readonly height: number },
  mixture: Uint8Array,
  alpha: Uint8Array = mixture,
): Texture {
  const matte = new Texture(bench.device, size, 'matte');
  const pixels = Uint8Array.from(
    { length: mixture.length * 4 },
    (_, i) => [at(mixture, i >> 2), at(alpha, i >> 2), 0, 255][i % 4] ?? 0,
  );
  bench.fill(matte.texture, pixels);
  return matte;
}

/** One channel of a texture's contents. */
export function channel(pixels: Uint8Array, index: 0 | 1 | 2 | 3): Uint8Array {
  return Uint8Array.from({ length: pixels.length / 4 }, (_, i) => at(pixels, 4 * i + index));
}

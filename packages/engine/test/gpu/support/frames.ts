import { at as sampleAt } from '../../../kernels/sampling.reference.js';
import { DEFAULT_COLOR_SPACE, type FrameShape } from '../../../src/index.js';
import { randomBytes } from '../../kernels/workbench.js';
import { type Pixels, pixelsOf, shoot } from '../../support/frames.js';
import { channel } from './textures.js';

/** The shape of a frame of which only the size matters. */
export function shapeOf(width: number, height: number, rotation: FrameShape['rotation'] = 0): FrameShape {
  return { width, height, colorSpace: DEFAULT_COLOR_SPACE, rotation };
}

/** Random pixels. */
export function randomPixels(width: number, height: number, seed = 1): Pixels {
  const random = randomBytes(seed);
  const chroma = Math.ceil(width / 2) * Math.ceil(height / 2);
  const plane = (length: number) => Uint8Array.from({ length }, random);
  return {
    width,
    height,
    colorSpace: DEFAULT_COLOR_SPACE,
    y: plane(width * height),
    u: plane(chroma),
    v: plane(chroma),
    alpha: undefined,
  };
}

/** The pixels of a frame of the presenter. */
export async function presenterPixels(width: number, height: number): Promise<Pixels> {
  const [shot] = await shoot({ width, height }, [20]);
  if (!shot) throw new Error('No shot');
  return pixelsOf(shot.frame);
}

/** The contents of a frame texture: each pixel with the chroma over it, opaque. */
export function texels({ width, height, y, u, v }: Pixels): Uint8Array<ArrayBuffer> {
  const across = Math.ceil(width / 2);
  const result = new Uint8Array(width * height * 4);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const chroma = (row >> 1) * across + (column >> 1);
      const luma = row * width + column;
      result.set([sampleAt(y, luma), sampleAt(u, chroma), sampleAt(v, chroma), 255], luma * 4);
    }
  }
  return result;
}

/** The planes of a texture's contents: chroma is the rounded mean of each 2x2 pixels. */
export function planesOf(texels: Uint8Array, width: number, height: number): Pixels {
  const chroma = (index: 1 | 2) => {
    const samples = channel(texels, index);
    const [across, down] = [Math.ceil(width / 2), Math.ceil(height / 2)];
    return Uint8Array.from({ length: across * down }, (_, i) => {
      const x = 2 * (i % across);
      const y = 2 * Math.floor(i / across);
      const [right, below] = [Math.min(x + 1, width - 1), Math.min(y + 1, height - 1)];
      const sum = (row: number) =>
        sampleAt(samples, row * width + x) + sampleAt(samples, row * width + right);
      return (sum(y) + sum(below) + 2) >> 2;
    });
  };
  return {
    width,
    height,
    colorSpace: DEFAULT_COLOR_SPACE,
    y: channel(texels, 0),
    u: chroma(1),
    v: chroma(2),
    alpha: channel(texels, 3),
  };
}

/** The largest difference of two lists of bytes. */
export function furthest(a: Uint8Array, b: Uint8Array): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - sampleAt(b, i))), 0);
}

import type { Background, Frame, RgbaImage, Rotation, VideoSource } from '../../src/index.js';
import { at, type Pixels, rgbaFrame } from './frames.js';

/** A size in pixels, and the shape of the pixels. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  /** Width over height of a pixel. */
  readonly pixelAspectRatio: number;
}

/** The same picture in square, wide and narrow pixels: 16:9 as displayed, at all rotations. */
export const RASTERS: readonly (Raster & { readonly rotation: Rotation })[] = [
  { width: 320, height: 180, pixelAspectRatio: 1, rotation: 0 },
  { width: 240, height: 180, pixelAspectRatio: 4 / 3, rotation: 0 },
  { width: 400, height: 180, pixelAspectRatio: 4 / 5, rotation: 180 },
  { width: 240, height: 180, pixelAspectRatio: 4 / 3, rotation: 90 },
];

/** RGBA pixels of a white disc on black in the middle, round as displayed; its radius in rows. */
function discPixels({ width, height, pixelAspectRatio }: Raster, radius: number): Uint8Array {
  return Uint8Array.from({ length: width * height * 4 }, (_, i) => {
    if (i % 4 === 3) return 255;
    const [x, y] = [(i >> 2) % width, Math.floor(i / 4 / width)];
    const across = (x + 0.5 - width / 2) * pixelAspectRatio;
    // One row of smoothing.
    return Math.round(
      255 * Math.min(1, Math.max(0, radius + 0.5 - Math.hypot(across, y + 0.5 - height / 2))),
    );
  });
}

/** A frame with a disc that is round as displayed. */
export function discFrame(
  { rotation, ...raster }: Raster & { readonly rotation: Rotation },
  radius: number,
): Frame {
  const { width, height, pixelAspectRatio } = raster;
  return { ...rgbaFrame(discPixels(raster, radius), width, height), rotation, pixelAspectRatio };
}

/** An image of a disc. */
function discImage(width: number, height: number): RgbaImage {
  return { width, height, data: discPixels({ width, height, pixelAspectRatio: 1 }, height / 5) };
}

/** A background video whose pixels are wide. */
function discVideo(rotation: Rotation): VideoSource {
  const frame = discFrame({ width: 96, height: 128, pixelAspectRatio: 4 / 3, rotation }, 24);
  return { frameAt: () => frame };
}

/** Backgrounds that show a disc, with the share by which it may be out of round. */
export const DISC_BACKGROUNDS: readonly (readonly [name: string, background: Background, slack: number])[] = [
  ['an image, cover', { type: 'image', source: discImage(60, 60), fit: 'cover' }, 0.03],
  ['an image, contain', { type: 'image', source: discImage(60, 60), fit: 'contain' }, 0.03],
  ['a video of wide pixels, cover', { type: 'video', source: discVideo(0), fit: 'cover' }, 0.03],
  ['a video of wide pixels, contain', { type: 'video', source: discVideo(0), fit: 'contain' }, 0.03],
  ['a video of wide pixels on its side', { type: 'video', source: discVideo(90), fit: 'cover' }, 0.03],
];

/** Backgrounds that spread a point of the camera background. */
export const SPREADING: readonly (readonly [name: string, background: Background, slack: number])[] = [
  ['blur', { type: 'blur', strength: 0.8 }, 0.12],
  ['bokeh', { type: 'bokeh', strength: 0.8 }, 0.06],
];

/** The width over the height of what is bright in a frame, as displayed: 1 if it is round. */
export function roundness({ width, height, y }: Pixels, pixelAspectRatio: number): number {
  const least = Math.min(...y) + 4;
  let [sum, sumX, sumY, squareX, squareY] = [0, 0, 0, 0, 0];
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const weight = Math.max(0, at(y, row * width + column) - least);
      sum += weight;
      sumX += weight * column;
      sumY += weight * row;
      squareX += weight * column ** 2;
      squareY += weight * row ** 2;
    }
  }
  const variance = (first: number, second: number) => second / sum - (first / sum) ** 2;
  return pixelAspectRatio * Math.sqrt(variance(sumX, squareX) / variance(sumY, squareY));
}

import type { Background, TimingName } from '@elsewhere/engine';

/** Widths and heights by their usual names. */
export const SIZES: Readonly<Record<string, readonly [width: number, height: number]>> = {
  '360p': [640, 360],
  '720p': [1280, 720],
  '1080p': [1920, 1080],
  '4K': [3840, 2160],
};

/** In the order of a frame's way. */
export const STAGES: readonly TimingName[] = [
  'input',
  'segmentation',
  'matting',
  'background',
  'compositing',
];

/** The places that are measured. */
export function backgrounds(width: number, height: number): Readonly<Record<string, Background>> {
  const picture = { width, height, data: new Uint8Array(width * height * 4).fill(200) };
  return {
    blur: { type: 'blur' },
    bokeh: { type: 'bokeh' },
    image: { type: 'image', source: picture },
    transparent: { type: 'transparent' },
  };
}

/** Plays pictures there and back, so that the motion is natural however long it goes on. */
export function thereAndBack<T>(pictures: readonly T[]): readonly T[] {
  return [...pictures, ...pictures.slice(1, -1).reverse()];
}

/** Microseconds from one frame to the next. */
export const INTERVAL = 33_333;

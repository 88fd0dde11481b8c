import type { Background, TimingName } from '@elsewhere/engine';

/** Sizes by their usual names. */
export const SIZES: Readonly<Record<string, readonly [width: number, height: number]>> = {
  '360p': [640, 360],
  '720p': [1280, 720],
  '1080p': [1920, 1080],
  '4K': [3840, 2160],
};

/** The parts of the pipeline that are timed, in their order. */
export const TIMINGS: readonly TimingName[] = [
  'input',
  'segmentation',
  'matting',
  'background',
  'compositing',
];

/** The backgrounds that are measured. */
export function backgrounds(width: number, height: number): Readonly<Record<string, Background>> {
  const image = { width, height, data: new Uint8Array(width * height * 4).fill(200) };
  return {
    blur: { type: 'blur' },
    bokeh: { type: 'bokeh' },
    image: { type: 'image', source: image },
    transparent: { type: 'transparent' },
  };
}

/** Frames followed by the same frames in reverse, so that the motion is continuous when they repeat. */
export function thereAndBack<T>(frames: readonly T[]): readonly T[] {
  return [...frames, ...frames.slice(1, -1).reverse()];
}

/** Microseconds from one frame to the next. */
export const INTERVAL = 33_333;

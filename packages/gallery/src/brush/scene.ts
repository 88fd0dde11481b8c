import type { Context } from './sheet.js';

/** The units in which backgrounds are drawn, independent of the size of the image. */
export const WIDTH = 1600;
export const HEIGHT = 900;

/** Scales the units so that they cover an image, cropped equally on both sides. */
export function useSceneUnits(context: Context, width: number, height: number): void {
  const scale = Math.max(width / WIDTH, height / HEIGHT);
  context.setTransform(scale, 0, 0, scale, (width - WIDTH * scale) / 2, (height - HEIGHT * scale) / 2);
}

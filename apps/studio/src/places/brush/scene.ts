import type { Context } from './sheet.js';

/** Places are drawn in these units, whatever the size of the picture is. */
export const WIDTH = 1600;
export const HEIGHT = 900;

/** Lays the units over a picture so that they cover it; what is too much of them is cut off at both sides. */
export function useSceneUnits(context: Context, width: number, height: number): void {
  const scale = Math.max(width / WIDTH, height / HEIGHT);
  context.setTransform(scale, 0, 0, scale, (width - WIDTH * scale) / 2, (height - HEIGHT * scale) / 2);
}

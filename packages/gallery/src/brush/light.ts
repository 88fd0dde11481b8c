import { sheer } from './color.js';
import { HEIGHT, WIDTH } from './scene.js';
import type { Context } from './sheet.js';

/** Colours along a gradient, each with its position from 0 to 1. */
export type Stops = readonly (readonly [number, string])[];

/** A gradient from one point to another. */
export function gradient(
  context: Context,
  from: readonly [number, number],
  to: readonly [number, number],
  stops: Stops,
): CanvasGradient {
  const made = context.createLinearGradient(...from, ...to);
  for (const [offset, color] of stops) made.addColorStop(offset, color);
  return made;
}

/** A gradient from top to bottom. */
export function falling(context: Context, top: number, bottom: number, stops: Stops): CanvasGradient {
  return gradient(context, [0, top], [0, bottom], stops);
}

/** Fills the whole image, and a little beyond. */
export function cover(context: Context, fill: string | CanvasGradient): void {
  context.fillStyle = fill;
  context.fillRect(-20, -20, WIDTH + 40, HEIGHT + 40);
}

/** The falloff of light: smooth in the middle and at the end. */
const FALL: readonly (readonly [number, number])[] = [
  [0, 1],
  [0.12, 0.94],
  [0.25, 0.77],
  [0.4, 0.51],
  [0.55, 0.27],
  [0.7, 0.11],
  [0.85, 0.027],
  [1, 0],
];

/** Light (or shade) around a point, with the radii `width` and `height`. */
export function glow(
  context: Context,
  x: number,
  y: number,
  width: number,
  height: number,
  color: string,
  opacity: number,
): void {
  context.save();
  context.translate(x, y);
  context.scale(width, height);
  const light = context.createRadialGradient(0, 0, 0, 0, 0, 1);
  for (const [offset, share] of FALL) light.addColorStop(offset, sheer(color, share * opacity));
  context.fillStyle = light;
  context.fillRect(-1, -1, 2, 2);
  context.restore();
}

/** A light out of focus: a disc, slightly brighter at its rim. */
export function disc(
  context: Context,
  x: number,
  y: number,
  radius: number,
  color: string,
  opacity: number,
): void {
  const light = context.createRadialGradient(x, y, 0, x, y, radius);
  light.addColorStop(0, sheer(color, opacity * 0.8));
  light.addColorStop(0.75, sheer(color, opacity * 0.88));
  light.addColorStop(0.88, sheer(color, opacity));
  light.addColorStop(1, sheer(color, 0));
  context.fillStyle = light;
  context.fillRect(x - radius, y - radius, 2 * radius, 2 * radius);
}

/** Darker corners, as from a lens. */
export function vignette(context: Context, opacity: number): void {
  const [x, y] = [WIDTH / 2, HEIGHT / 2];
  const shade = context.createRadialGradient(x, y * 0.9, HEIGHT * 0.45, x, y, WIDTH * 0.66);
  shade.addColorStop(0, 'rgba(0, 0, 0, 0)');
  shade.addColorStop(0.5, sheer('#000000', opacity * 0.3));
  shade.addColorStop(1, sheer('#000000', opacity));
  cover(context, shade);
}

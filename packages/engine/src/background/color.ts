import { clampRgb, converter, parse } from 'culori';
import { EngineError } from '../errors.js';

const toRgb = converter('rgb');

/** A colour in sRGB, each part in 0..1. */
export interface RgbColor {
  readonly r: number;
  readonly g: number;
  readonly b: number;
}

/**
 * Reads any CSS colour (CSS Color 4: names, hexadecimal, `rgb()`, `hsl()`, `oklch()`, `color()`, ...) as sRGB; colours
 * that sRGB cannot show are clamped, translucent ones are seen on black.
 *
 * @param css - The colour as in a style sheet.
 * @throws {@link EngineError} `BACKGROUND_INVALID` if it is not a colour.
 */
export function parseColor(css: string): RgbColor {
  const parsed = parse(css.trim());
  if (!parsed) {
    throw new EngineError(
      'BACKGROUND_INVALID',
      `'${css}' is not a CSS colour. Write it like '#00b140', 'seagreen' or 'rgb(0 177 64)'.`,
    );
  }
  const { r, g, b, alpha = 1 } = clampRgb(toRgb(parsed));
  return { r: r * alpha, g: g * alpha, b: b * alpha };
}

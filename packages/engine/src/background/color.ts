import { EngineError } from '../errors.js';
import { parseCssColor } from './css-color.js';

/** A colour in sRGB, each part in 0..1. */
export interface RgbColor {
  readonly r: number;
  readonly g: number;
  readonly b: number;
}

/**
 * Parses any CSS colour (CSS Color 4: names, hexadecimal, `rgb()`, `hsl()`, `oklch()`, `color()`, ...) as sRGB; colours
 * outside of sRGB are clamped, translucent ones are blended with black.
 *
 * @param css - The colour as in a style sheet.
 * @throws `EngineError` `BACKGROUND_INVALID` if it is not a colour.
 */
export function parseColor(css: string): RgbColor {
  const parsed = typeof css === 'string' ? parseCssColor(css) : undefined;
  if (!parsed) {
    throw new EngineError(
      'BACKGROUND_INVALID',
      `'${css}' is not a CSS colour. Write it like '#00b140', 'seagreen' or 'rgb(0 177 64)'.`,
    );
  }
  // Components that no float holds give NaN, which counts as 0 like a missing one.
  const part = (value: number) => (Math.min(1, Math.max(0, value)) || 0) * parsed.alpha;
  const [r, g, b] = parsed.rgb;
  return { r: part(r), g: part(g), b: part(b) };
}

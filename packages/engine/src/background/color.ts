import { type Color, clampRgb, converter, parse } from 'culori';
import { EngineError } from '../errors.js';

const toRgb = converter('rgb');

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
  const parsed = typeof css === 'string' ? read(css.trim()) : undefined;
  if (!parsed) {
    throw new EngineError(
      'BACKGROUND_INVALID',
      `'${css}' is not a CSS colour. Write it like '#00b140', 'seagreen' or 'rgb(0 177 64)'.`,
    );
  }
  const { r, g, b } = clampRgb(toRgb(parsed));
  // A missing part (`none`) is 0; for alpha, culori omits both `none` and what is not written.
  const alpha = parsed.alpha ?? (/\/\s*none/i.test(css) ? 0 : 1);
  return { r: (r || 0) * alpha, g: (g || 0) * alpha, b: (b || 0) * alpha };
}

function read(css: string): Color | undefined {
  try {
    return parse(css);
  } catch {
    return undefined; // as it is with '/0a'
  }
}

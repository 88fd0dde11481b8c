// Oklab (Ottosson, "A perceptual color space for image processing", 2020), from and to gamma-coded sRGB.

/** L in 0..1, then a and b, about -0.4..0.4. */
export type Oklab = [lightness: number, a: number, b: number];

/** Red, green and blue, gamma-coded, in 0..1. */
export type Rgb = [r: number, g: number, b: number];

function toLinear(value: number): number {
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

function fromLinear(value: number): number {
  return value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055;
}

/**
 * Writes a colour of sRGB as Oklab.
 *
 * @param red - In 0..1, gamma-coded; so `green`, `blue`. What lies outside is clamped.
 * @param target - Receives the colour.
 */
export function rgbToOklab(red: number, green: number, blue: number, target: Oklab): void {
  const r = toLinear(Math.min(1, Math.max(0, red)));
  const g = toLinear(Math.min(1, Math.max(0, green)));
  const b = toLinear(Math.min(1, Math.max(0, blue)));
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  target[0] = 0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s;
  target[1] = 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s;
  target[2] = 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s;
}

/**
 * Writes a colour of Oklab as sRGB.
 *
 * @param color - The colour.
 * @param target - Receives red, green and blue, gamma-coded, clamped to 0..1.
 */
export function oklabToRgb([lightness, a, b]: Readonly<Oklab>, target: Rgb): void {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const coded = (linear: number) => fromLinear(Math.min(1, Math.max(0, linear)));
  target[0] = coded(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s);
  target[1] = coded(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s);
  target[2] = coded(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s);
}

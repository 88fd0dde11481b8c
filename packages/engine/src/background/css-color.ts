import { oklabToRgb, type Rgb } from '../frame/oklab.js';
import { COLOR_NAMES } from './color-names.js';

/** A colour in gamma-coded sRGB; what lies outside of sRGB is not in 0..1. */
export interface CssColor {
  readonly rgb: Rgb;
  /** 0..1. */
  readonly alpha: number;
}

type Triple = readonly [number, number, number];
type Matrix = readonly [Triple, Triple, Triple];

/** A function of CSS that gives a colour. */
interface ColorFunction {
  /** What 100 % is, for each component; `hue` for an angle. */
  readonly full: readonly [number | 'hue', number | 'hue', number | 'hue'];
  /** Whether its components may be separated by commas. */
  readonly isLegacy?: boolean;
  readonly toRgb: (components: Triple) => Rgb;
}

// Matrices and white points of CSS Color 4.
const XYZ_TO_SRGB: Matrix = [
  [12831 / 3959, -329 / 214, -1974 / 3959],
  [-851781 / 878810, 1648619 / 878810, 36519 / 878810],
  [705 / 12673, -2585 / 12673, 705 / 667],
];
const D50_TO_D65: Matrix = [
  [0.955473421488075, -0.02309845494876471, 0.06325924320057072],
  [-0.0283697093338637, 1.0099953980813041, 0.021041441191917323],
  [0.012314014864481998, -0.020507649298898964, 1.330365926242124],
];
const P3_TO_XYZ: Matrix = [
  [608311 / 1250200, 189793 / 714400, 198249 / 1000160],
  [35783 / 156275, 247089 / 357200, 198249 / 2500400],
  [0, 32229 / 714400, 5220557 / 5000800],
];
const A98_TO_XYZ: Matrix = [
  [573536 / 994567, 263643 / 1420810, 187206 / 994567],
  [591459 / 1989134, 6239551 / 9945670, 374412 / 4972835],
  [53769 / 1989134, 351524 / 4972835, 4929758 / 4972835],
];
const PROPHOTO_TO_XYZ_D50: Matrix = [
  [0.7977666449006423, 0.13518129740053308, 0.0313477341283922],
  [0.2880748288194013, 0.711835234241873, 0.00008993693872564],
  [0, 0, 0.8251046025104602],
];
const REC2020_TO_XYZ: Matrix = [
  [63426534 / 99577255, 20160776 / 139408157, 47086771 / 278816314],
  [26158966 / 99577255, 472592308 / 697040785, 8267143 / 139408157],
  [0, 19567812 / 697040785, 295819943 / 278816314],
];
const D50: Triple = [0.3457 / 0.3585, 1, (1 - 0.3457 - 0.3585) / 0.3585];

const FUNCTIONS: Readonly<Record<string, ColorFunction>> = {
  rgb: { full: [255, 255, 255], isLegacy: true, toRgb: ([r, g, b]) => [r / 255, g / 255, b / 255] },
  hsl: { full: ['hue', 100, 100], isLegacy: true, toRgb: ([h, s, l]) => hslToRgb(h, s / 100, l / 100) },
  hwb: { full: ['hue', 100, 100], toRgb: ([h, w, b]) => hwbToRgb(h, w / 100, b / 100) },
  lab: { full: [100, 125, 125], toRgb: labToRgb },
  lch: { full: [100, 150, 'hue'], toRgb: (lch) => labToRgb(fromPolar(lch)) },
  oklab: { full: [1, 0.4, 0.4], toRgb: oklabTripleToRgb },
  oklch: { full: [1, 0.4, 'hue'], toRgb: (lch) => oklabTripleToRgb(fromPolar(lch)) },
};

/** The colour spaces of `color()`. */
const SPACES: Readonly<Record<string, (components: Triple) => Rgb>> = {
  srgb: (rgb) => [...rgb],
  'srgb-linear': (rgb) => mapTriple(rgb, encode),
  'display-p3': (rgb) => xyzToRgb(multiply(P3_TO_XYZ, mapTriple(rgb, decode))),
  'a98-rgb': (rgb) => xyzToRgb(multiply(A98_TO_XYZ, mapTriple(rgb, decodeA98))),
  'prophoto-rgb': (rgb) => xyzD50ToRgb(multiply(PROPHOTO_TO_XYZ_D50, mapTriple(rgb, decodeProPhoto))),
  rec2020: (rgb) => xyzToRgb(multiply(REC2020_TO_XYZ, mapTriple(rgb, decodeRec2020))),
  xyz: xyzToRgb,
  'xyz-d65': xyzToRgb,
  'xyz-d50': xyzD50ToRgb,
};

const HEXADECIMAL = /^#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})$/;
const CALL = /^([a-z]+)\(\s*([^()]*?)\s*\)$/;
/** Three components, and the opacity if there is one. */
const WITH_SPACES = /^([^\s/]+)\s+([^\s/]+)\s+([^\s/]+)(?:\s*\/\s*([^\s/]+))?$/;
const WITH_COMMAS = /^([^\s,]+)\s*,\s*([^\s,]+)\s*,\s*([^\s,]+)(?:\s*,\s*([^\s,]+))?$/;
const NUMBER = /^([+-]?(?:\d*\.)?\d+(?:e[+-]?\d+)?)(%|deg|grad|rad|turn)?$/;

/** Of a turn's 360 degrees. */
const DEGREES: Readonly<Record<string, number>> = { deg: 1, grad: 0.9, rad: 180 / Math.PI, turn: 360 };

/**
 * Parses a colour of CSS Color 4: a name, hexadecimal digits, or a function. Missing components (`none`) are 0.
 *
 * @param css - As in a style sheet.
 * @returns The colour; `undefined` if it is not one, or one that depends on the page (`currentcolor`).
 */
export function parseCssColor(css: string): CssColor | undefined {
  const text = css.trim().toLowerCase();
  if (text === 'transparent') return { rgb: [0, 0, 0], alpha: 0 };
  const named = Object.hasOwn(COLOR_NAMES, text) ? COLOR_NAMES[text] : undefined;
  if (named !== undefined) return parseHexadecimal(named.toString(16).padStart(6, '0'));
  if (HEXADECIMAL.test(text)) return parseHexadecimal(text.slice(1));
  const [, name = '', body = ''] = CALL.exec(text) ?? [];
  if (name === 'color') return parseColorSpace(body);
  const known = name === 'rgba' || name === 'hsla' ? name.slice(0, -1) : name;
  const called = Object.hasOwn(FUNCTIONS, known) ? FUNCTIONS[known] : undefined;
  return called && parseComponents(body, called);
}

function parseHexadecimal(digits: string): CssColor {
  const width = digits.length > 4 ? 2 : 1;
  const [r = 0, g = 0, b = 0, alpha = 1] = Array.from({ length: digits.length / width }, (_, i) => {
    const part = digits.slice(width * i, width * (i + 1));
    return Number.parseInt(part.padStart(2, part), 16) / 255;
  });
  return { rgb: [r, g, b], alpha };
}

function parseColorSpace(body: string): CssColor | undefined {
  const [, space = '', components = ''] = /^(\S+)\s+(.+)$/.exec(body) ?? [];
  const toRgb = Object.hasOwn(SPACES, space) ? SPACES[space] : undefined;
  return toRgb && parseComponents(components, { full: [1, 1, 1], toRgb });
}

function parseComponents(
  body: string,
  { full, isLegacy = false, toRgb }: ColorFunction,
): CssColor | undefined {
  const found = (isLegacy && WITH_COMMAS.exec(body)) || WITH_SPACES.exec(body);
  if (!found) return undefined;
  const [a, b, c] = full.map((whole, i) => parseComponent(found[i + 1] ?? '', whole));
  const alpha = parseComponent(found[4] ?? '1', 1);
  if (a === undefined || b === undefined || c === undefined || alpha === undefined) return undefined;
  return { rgb: toRgb([a, b, c]), alpha: Math.min(1, Math.max(0, alpha)) };
}

/** @param whole - What 100 % is. */
function parseComponent(text: string, whole: number | 'hue'): number | undefined {
  if (text === 'none') return 0;
  const [, digits, unit] = NUMBER.exec(text) ?? [];
  if (digits === undefined) return undefined;
  const value = Number(digits);
  if (unit === undefined) return value;
  if (unit === '%') return whole === 'hue' ? undefined : (value / 100) * whole;
  return whole === 'hue' ? value * (DEGREES[unit] ?? 1) : undefined;
}

function hslToRgb(hue: number, saturation: number, lightness: number): Rgb {
  const s = Math.min(1, Math.max(0, saturation));
  const part = (n: number) => {
    const k = (((n + hue / 30) % 12) + 12) % 12;
    return lightness - s * Math.min(lightness, 1 - lightness) * Math.max(-1, Math.min(k - 3, 9 - k, 1));
  };
  return [part(0), part(8), part(4)];
}

function hwbToRgb(hue: number, white: number, black: number): Rgb {
  const sum = white + black;
  if (sum >= 1) return [white / sum, white / sum, white / sum];
  return mapTriple(hslToRgb(hue, 1, 0.5), (value) => value * (1 - sum) + white);
}

function labToRgb([lightness, a, b]: Triple): Rgb {
  const y = (Math.min(100, Math.max(0, lightness)) + 16) / 116;
  const cubed = (f: number) => (f ** 3 > 216 / 24389 ? f ** 3 : (116 * f - 16) / (24389 / 27));
  const [x, z] = [y + a / 500, y - b / 200];
  return xyzD50ToRgb([cubed(x) * D50[0], cubed(y) * D50[1], cubed(z) * D50[2]]);
}

function oklabTripleToRgb([lightness, a, b]: Triple): Rgb {
  const rgb: Rgb = [0, 0, 0];
  oklabToRgb([Math.min(1, Math.max(0, lightness)), a, b], rgb);
  return rgb;
}

function fromPolar([lightness, chroma, hue]: Triple): Triple {
  const radians = (hue * Math.PI) / 180;
  const radius = Math.max(0, chroma);
  return [lightness, radius * Math.cos(radians), radius * Math.sin(radians)];
}

function xyzToRgb(xyz: Triple): Rgb {
  return mapTriple(multiply(XYZ_TO_SRGB, xyz), encode);
}

function xyzD50ToRgb(xyz: Triple): Rgb {
  return xyzToRgb(multiply(D50_TO_D65, xyz));
}

function multiply(matrix: Matrix, [x, y, z]: Triple): Triple {
  const row = ([a, b, c]: Triple) => a * x + b * y + c * z;
  return [row(matrix[0]), row(matrix[1]), row(matrix[2])];
}

function mapTriple([a, b, c]: Triple, change: (value: number) => number): Rgb {
  return [change(a), change(b), change(c)];
}

/** From linear light to sRGB's and Display P3's coding. */
function encode(value: number): number {
  return value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055;
}

/** Applies a decoding of values from 0 to those below, mirrored. */
function odd(value: number, decodePositive: (value: number) => number): number {
  return Math.sign(value) * decodePositive(Math.abs(value));
}

function decode(value: number): number {
  return odd(value, (v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
}

function decodeA98(value: number): number {
  return odd(value, (v) => v ** (563 / 256));
}

function decodeProPhoto(value: number): number {
  return odd(value, (v) => (v < 16 / 512 ? v / 16 : v ** 1.8));
}

function decodeRec2020(value: number): number {
  const alpha = 1.09929682680944;
  return odd(value, (v) => (v < 0.018053968510807 * 4.5 ? v / 4.5 : ((v + alpha - 1) / alpha) ** (1 / 0.45)));
}

import type { Background } from '@elsewhere/engine';
import { parseColor } from '@elsewhere/engine/internal';
import { isAddress } from '@elsewhere/node/internal/inputs';
import type { BackgroundFlags } from './common-options.js';
import { CommandError, usageError } from './errors.js';
import type { Files } from './files.js';

/** A background named by paths. */
export type FileBackground = Background<string, string>;

/** The words that `--background` takes. */
export const BACKGROUND_WORDS: readonly string[] = ['blur', 'bokeh', 'none', 'transparent'];

/**
 * Combines `--background`, `--blur` and `--fit`.
 *
 * @param files - The file system: an existing file has precedence over words and colours.
 * @returns The background, or `undefined` if none of the options was given.
 */
export function chooseBackground(
  { background: value, blur, fit }: BackgroundFlags,
  files: Files,
): FileBackground | undefined {
  const chosen = value === undefined ? undefined : parseBackground(value, files);
  if (fit !== undefined && chosen?.type !== 'image' && chosen?.type !== 'video') {
    throw usageError(
      `--fit is for images and videos; the background is ${value === undefined ? 'a blur' : `'${value}'`}.`,
    );
  }
  if (blur !== undefined) {
    if (chosen === undefined) return { type: 'blur', strength: blur };
    if (chosen.type !== 'blur') {
      throw usageError(`--blur does not go with --background '${value}': leave one of them out.`);
    }
    if (chosen.strength !== undefined) {
      throw usageError(`--background '${value}' and --blur ${blur} both say how strong: leave one out.`);
    }
    return { type: 'blur', strength: blur };
  }
  if (fit !== undefined && (chosen?.type === 'image' || chosen?.type === 'video')) return { ...chosen, fit };
  return chosen;
}

/**
 * Parses the value of `--background`: an existing file, or else a word, or else a CSS colour.
 *
 * @throws `BACKGROUND_MISSING` for what looks like the path of a missing file, `BACKGROUND_INVALID` otherwise.
 */
export function parseBackground(value: string, files: Files): FileBackground {
  const kind = value === '' ? undefined : files.kind(value);
  if (kind === 'file')
    return { type: files.format(value).kind === 'image' ? 'image' : 'video', source: value };
  const word = parseWord(value) ?? parseColorWord(value);
  if (word) return word;
  if (kind === 'directory') {
    throw new CommandError(
      'BACKGROUND_UNREADABLE',
      `The background '${value}' is a directory: give the path of an image or a video.`,
    );
  }
  if (isAddress(value)) {
    throw new CommandError(
      'BACKGROUND_MISSING',
      `The background '${value}' is an address, and addresses are not fetched: download the file and give its path.`,
    );
  }
  if (/[\\/]|\.\w{1,5}$/.test(value)) {
    throw new CommandError('BACKGROUND_MISSING', `The background file '${value}' does not exist.`);
  }
  throw new CommandError(
    'BACKGROUND_INVALID',
    `'${value}' is not a background. Use an image or video file, blur, blur:0.8 (0 to 1), bokeh, bokeh:0.8, transparent, none, or a CSS colour such as '#00b140' or seagreen.`,
  );
}

function parseWord(value: string): FileBackground | undefined {
  const [word, strength, ...rest] = value.toLowerCase().split(':');
  if (strength === undefined) {
    if (word === 'none' || word === 'transparent' || word === 'blur' || word === 'bokeh')
      return { type: word };
    return undefined;
  }
  if ((word !== 'blur' && word !== 'bokeh') || rest.length > 0) return undefined;
  const number = parseAmount(strength);
  if (number === undefined) {
    throw new CommandError(
      'BACKGROUND_INVALID',
      `'${value}' is not a background: the strength of ${word} is a number from 0 to 1, as in ${word}:0.8.`,
    );
  }
  return { type: word, strength: number };
}

/**
 * Parses a strength.
 *
 * @returns 0..1, or `undefined` if the text is not such a number.
 */
export function parseAmount(text: string): number | undefined {
  if (!/^(\d+(\.\d*)?|\.\d+)$/.test(text)) return undefined;
  const number = Number(text);
  return number <= 1 ? number : undefined;
}

function parseColorWord(value: string): FileBackground | undefined {
  // A bare `facade` is more likely a mistyped file name than the colour #facade.
  if (/^[\da-f]+$/i.test(value)) return undefined;
  try {
    parseColor(value);
    return { type: 'color', color: value };
  } catch {
    return undefined;
  }
}

import type { PixelSize } from '@elsewhere/engine';
import type { OptionDescription, OptionDescriptions, OptionValues } from '@elsewhere/engine/internal';
import { InvalidArgumentError, Option } from 'commander';
import { parseDuration } from './duration.js';

/** Short forms, and what stands for the value in the help where its type does not say it. */
const PRESENTATION: Readonly<Record<string, { readonly short?: string; readonly value?: string }>> = {
  model: { short: '-m', value: '<id|file>' },
  keep: { short: '-k', value: '<classes>' },
};

/**
 * Makes flags of the descriptions of options: `edgeSoftness` becomes `--edge-softness <number>` with its sentence, range and
 * default, and values are checked by the description.
 *
 * @param options - Descriptions of options.
 * @param summaries - A sentence on each of them.
 */
export function flagsFor<Descriptions extends OptionDescriptions>(
  options: Descriptions,
  summaries: Readonly<Record<keyof Descriptions & string, string>>,
): Option[] {
  return Object.entries(options).map(([name, description]) =>
    flagFor(name, description, summaries[name as keyof Descriptions & string]),
  );
}

/**
 * The described options among all that were given.
 *
 * @param given - What commander made of the command line.
 * @param options - Their descriptions.
 */
export function pickDescribed<Descriptions extends OptionDescriptions>(
  given: object,
  options: Descriptions,
): Partial<OptionValues<Descriptions>> {
  const entries = Object.entries(given).filter(([name]) => Object.hasOwn(options, name));
  return Object.fromEntries(entries) as Partial<OptionValues<Descriptions>>;
}

function flagFor(name: string, description: OptionDescription, summary: string): Option {
  const { short, value = placeholderOf(description) } = PRESENTATION[name] ?? {};
  const long = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  const flags = [short ? `${short}, ${long}` : long, value].filter((part) => part !== '').join(' ');
  const option = new Option(flags, helpFor(summary, description));
  if (description.type === 'choice') return option.choices([...description.choices]);
  const parse = parserFor(description);
  return parse ? option.argParser(parse) : option;
}

function placeholderOf({ type }: OptionDescription): string {
  switch (type) {
    case 'boolean':
      return '';
    case 'number':
      return '<number>';
    case 'seconds':
      return '<time>';
    case 'size':
      return '<WxH>';
    default:
      return '<name>';
  }
}

/** The sentence, with the range before the default. */
function helpFor(summary: string, description: OptionDescription): string {
  const [what = '', own = ''] = summary.split(/(?= \(default: )/);
  return `${what}${rangeOf(description)}${own || defaultOf(description)}`;
}

function rangeOf(description: OptionDescription): string {
  if (description.type === 'seconds') return ': seconds or [hh:]mm:ss.sss';
  if (description.type !== 'number' || description.max === Number.POSITIVE_INFINITY) return '';
  return `, from ${description.min} to ${description.max}`;
}

function defaultOf({ type, default: value }: OptionDescription): string {
  return value === undefined || type === 'boolean' ? '' : ` (default: ${value})`;
}

/** Reads a value; `undefined`: it is taken as it is. */
function parserFor(description: OptionDescription): ((text: string, before: unknown) => unknown) | undefined {
  switch (description.type) {
    case 'number':
      return numberFrom(description.min, description.max);
    case 'seconds':
      return (text) => parseTime(text, description.allowsZero);
    case 'size':
      return parseSize;
    case 'list':
      return (text, before) => [...(Array.isArray(before) ? before : []), ...parseList(text)];
    default:
      return undefined;
  }
}

/**
 * Reads numbers in a range.
 *
 * @param min - The smallest number allowed.
 * @param max - The largest number allowed; infinity: there is none.
 */
export function numberFrom(min: number, max: number): (text: string) => number {
  return (text) => {
    const number = /^-?(\d+(\.\d*)?|\.\d+)$/.test(text) ? Number(text) : Number.NaN;
    if (number >= min && number <= max) return number;
    throw new InvalidArgumentError(
      max === Number.POSITIVE_INFINITY
        ? `It must be a number of at least ${min}.`
        : `It must be a number from ${min} to ${max}.`,
    );
  };
}

function parseList(text: string): readonly string[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.includes('')) throw new InvalidArgumentError('It must be names with commas between them.');
  return names;
}

function parseSize(text: string): PixelSize {
  const [, width, height] = /^(\d{1,5})x(\d{1,5})$/.exec(text) ?? [];
  if (width === undefined || height === undefined)
    throw new InvalidArgumentError('It must be width and height in pixels, as in 1280x720.');
  return { width: Number(width), height: Number(height) };
}

function parseTime(text: string, allowsZero: boolean): number {
  const seconds = parseDuration(text);
  if (seconds === undefined) {
    throw new InvalidArgumentError('It must be seconds, as in 12.5, or a time, as in 1:30 or 01:02:03.5.');
  }
  if (seconds === 0 && !allowsZero) throw new InvalidArgumentError('It must be more than 0.');
  return seconds;
}

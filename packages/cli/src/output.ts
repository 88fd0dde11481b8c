import { basename, dirname, extname, join, resolve } from 'node:path';
import type { ConvertInput, ConvertSettings } from '@elsewhere/node';
import type { FileFormat } from '@elsewhere/node/internal/inputs';
import { CommandError, usageError } from './errors.js';
import type { Files } from './files.js';

/** One input and its output. */
export interface Job {
  /** The input as it was typed. */
  readonly input: string;
  /** The same for the library. */
  readonly source: ConvertInput;
  readonly output: string;
}

/** An input that is not converted, because it is the result of another one. */
export interface LeftOut {
  readonly input: string;
  /** What it was made from, which is among the inputs. */
  readonly madeFrom: string;
}

/** All inputs and their outputs. */
export interface Outputs {
  readonly jobs: readonly Job[];
  readonly leftOut: readonly LeftOut[];
  /** A directory that has to be created first. */
  readonly makeDirectory: string | undefined;
}

/**
 * Parses an input: an existing file, or else `camera`, `camera:/dev/video0`, `lavfi:GRAPH`, or else a path.
 *
 * @param files - The file system. A file has precedence: `*` on the command line may stand for a file with such a name.
 */
export function parseInput(input: string, files: Files): ConvertInput {
  if (files.kind(input) !== undefined) return input;
  const [, scheme, rest] = /^(camera|lavfi)(?::(.*))?$/s.exec(input) ?? [];
  if (scheme === 'camera') return rest ? { type: 'camera', device: rest } : { type: 'camera' };
  if (scheme === 'lavfi' && rest !== undefined) return { type: 'lavfi', graph: rest };
  return input;
}

/**
 * Whether the input of a job has no end of its own: a camera or a generated video.
 */
export function isLive({ source }: Pick<Job, 'source'>): boolean {
  return typeof source !== 'string';
}

/**
 * Decides where the outputs are written.
 *
 * @param inputs - The inputs, at least one.
 * @param output - The value of `--output`: a file, or a directory (an existing one, or a name that ends in a slash).
 * @param options - Background and codec decide the extension of default names.
 * @param files - The file system.
 */
export function planOutputs(
  inputs: readonly string[],
  output: string | undefined,
  options: Pick<ConvertSettings, 'background' | 'codec'>,
  files: Files,
): Outputs {
  const live = inputs.find((input) => isLive({ source: parseInput(input, files) }));
  if (live !== undefined && inputs.length > 1) {
    throw usageError(`'${live}' is recorded by itself: leave the other inputs out.`);
  }
  if (output === '-') throw usageError("The result cannot go to standard output: give a file's name to -o.");
  if (output === '') throw usageError('The name after -o is empty.');
  const kind = output === undefined ? undefined : files.kind(output);
  const slash = output !== undefined && /[\\/]$/.test(output);
  const isDirectory = kind === 'directory' || slash;
  if (live !== undefined && (output === undefined || isDirectory)) {
    throw usageError(`'${live}' has no name for its result: give one with -o, as in -o recording.mp4.`);
  }
  if (output !== undefined && slash && kind === 'file') {
    throw new CommandError('OUTPUT_UNWRITABLE', `'${output}' is a file, not a directory.`);
  }
  if (output !== undefined && !isDirectory) {
    const [input = ''] = inputs;
    if (inputs.length > 1) {
      throw usageError(
        kind === 'file'
          ? `${inputs.length} inputs need a directory for their results, and '${output}' is a file.`
          : `${inputs.length} inputs need a directory for their results, and '${output}' is not there: write '${output}/' to have it made.`,
      );
    }
    return {
      jobs: [{ input, source: parseInput(input, files), output }],
      leftOut: [],
      makeDirectory: undefined,
    };
  }
  const leftOut = resultsAmong(inputs, output, files);
  const jobs = inputs
    .filter((input) => !leftOut.some((other) => other.input === input))
    .map((input) => ({
      input,
      source: input,
      output: join(output ?? dirname(input), defaultName(input, options, files)),
    }));
  refuseTwins(jobs);
  return { jobs, leftOut, makeDirectory: kind === undefined ? output : undefined };
}

/**
 * The inputs that are results of others among them, as in the second run of `*.mp4`.
 *
 * @param directory - Where the results are written; `undefined`: beside their inputs.
 */
function resultsAmong(inputs: readonly string[], directory: string | undefined, files: Files): LeftOut[] {
  const isResultOf = (result: string, input: string) =>
    stemOf(result) === `${stemOf(input)}.elsewhere` &&
    [dirname(input), directory ?? dirname(input)].some(
      (folder) => resolve(folder) === resolve(dirname(result)),
    ) &&
    formatOf(result, files).kind === formatOf(input, files).kind;
  return inputs.flatMap((input) => {
    if (!stemOf(input).endsWith('.elsewhere')) return [];
    const madeFrom = inputs.find((other) => isResultOf(input, other));
    return madeFrom === undefined ? [] : [{ input, madeFrom }];
  });
}

function formatOf(path: string, files: Files): FileFormat {
  return files.kind(path) === 'file' ? files.format(path) : { kind: 'video' };
}

/** A path's name without its extension. */
function stemOf(path: string): string {
  return basename(path, extname(path));
}

/** `talk.mp4` becomes `talk.elsewhere.mp4`. */
function defaultName(
  input: string,
  options: Pick<ConvertSettings, 'background' | 'codec'>,
  files: Files,
): string {
  return `${stemOf(input)}.elsewhere${defaultExtension(extname(input), formatOf(input, files), options)}`;
}

/**
 * The default extension of an output: the input's own, if it says what the input is and can hold what is asked for.
 *
 * @param own - The input's extension, with its dot.
 * @param format - What the input is, whatever its extension says.
 */
export function defaultExtension(
  own: string,
  format: FileFormat,
  { background, codec }: Pick<ConvertSettings, 'background' | 'codec'>,
): string {
  const transparent = background?.type === 'transparent';
  const extension = own.toLowerCase();
  const natural = (format.name && EXTENSIONS_OF[format.name]) ?? [];
  if (format.kind === 'image') {
    const [usual = '.png'] = natural;
    return transparent ? '.png' : natural.includes(extension) ? extension : usual;
  }
  const fitting = codec ? CONTAINERS_OF[codec] : ['.mp4', '.m4v', '.mov', '.mkv', '.webm'];
  if (transparent) return codec ? (fitting[0] ?? '.mp4') : '.webm';
  // Only FFmpeg knows what has no natural extensions.
  const isNatural = natural.length === 0 || natural.includes(extension);
  const [usual = '.mp4'] = fitting;
  if (isNatural) return fitting.includes(extension) ? extension : usual;
  return natural.find((each) => fitting.includes(each)) ?? usual;
}

/** The extensions of formats that can be written, the usual one first. */
const EXTENSIONS_OF: Readonly<Partial<Record<NonNullable<FileFormat['name']>, readonly string[]>>> = {
  jpeg: ['.jpg', '.jpeg'],
  webp: ['.webp'],
  mp4: ['.mp4', '.m4v', '.mov'],
  mov: ['.mov', '.mp4', '.m4v'],
  matroska: ['.mkv', '.webm'],
  webm: ['.webm', '.mkv'],
};

/** The containers of each codec, the default first. */
const CONTAINERS_OF: Readonly<Record<NonNullable<ConvertSettings['codec']>, readonly string[]>> = {
  h264: ['.mp4', '.m4v', '.mov', '.mkv'],
  hevc: ['.mp4', '.m4v', '.mov', '.mkv'],
  vp8: ['.webm', '.mkv'],
  vp9: ['.webm', '.mkv', '.mp4'],
  av1: ['.mp4', '.webm', '.mkv'],
  prores: ['.mov', '.mkv'],
  ffv1: ['.mkv'],
};

function refuseTwins(jobs: readonly Job[]): void {
  const seen = new Map<string, string>();
  for (const { input, output } of jobs) {
    const path = resolve(output);
    const other = seen.get(path);
    if (other !== undefined) {
      throw usageError(
        other === input
          ? `'${input}' is there twice.`
          : `'${other}' and '${input}' would both become '${output}': convert them one at a time, or into different directories.`,
      );
    }
    seen.set(path, input);
  }
}

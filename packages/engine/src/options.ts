import { EngineError } from './errors.js';
import type { PixelSize } from './frame/frame.js';
import { QUALITIES } from './segmentation/quality.js';
import { STAGES } from './stage.js';

/** What every kind of option has. */
interface Described {
  /**
   * What is wrong with a value, as the end of a sentence; `undefined` if nothing is. Each kind brings its own check, so that a
   * bundler leaves out those of the kinds that are not used.
   */
  readonly problem: (value: unknown) => string | undefined;
}

/** A number in a closed range. */
export interface NumberOption<Default extends number | undefined = number | undefined> extends Described {
  readonly type: 'number';
  /** The smallest value allowed. */
  readonly min: number;
  /** The largest value allowed; may be infinity. */
  readonly max: number;
  /** Used where the option is left out; `undefined`: the default depends on other options. */
  readonly default: Default;
}

/** One of several words. */
export interface ChoiceOption<
  Choice extends string = string,
  Default extends Choice | undefined = Choice | undefined,
> extends Described {
  readonly type: 'choice';
  /** All values allowed, in the order in which they are listed. */
  readonly choices: readonly Choice[];
  /** Used where the option is left out; `undefined`: the default depends on other options. */
  readonly default: Default;
}

/** A switch. */
export interface BooleanOption extends Described {
  readonly type: 'boolean';
  /** Used where the option is left out. */
  readonly default: boolean;
}

/** Any text that is not empty. */
export interface TextOption<Default extends string | undefined = string | undefined> extends Described {
  readonly type: 'text';
  /** Used where the option is left out; `undefined`: the default depends on other options. */
  readonly default: Default;
}

/** Several texts. */
export interface ListOption extends Described {
  readonly type: 'list';
  /** Used where the option is left out. */
  readonly default: readonly string[];
}

/** A time or a duration in seconds. */
export interface SecondsOption<Default extends number | undefined = number | undefined> extends Described {
  readonly type: 'seconds';
  /** Whether 0 is allowed. */
  readonly allowsZero: boolean;
  /** Used where the option is left out; `undefined`: no limit. */
  readonly default: Default;
}

/** A size limit; none by default. */
export interface SizeOption extends Described {
  readonly type: 'size';
  /** No limit. */
  readonly default: undefined;
}

/**
 * What an option is: the one description from which types, checks, the command's flags and help, the attributes of
 * `<virtual-background>` and the documentation are derived.
 */
export type OptionDescription =
  | NumberOption
  | ChoiceOption
  | BooleanOption
  | TextOption
  | ListOption
  | SecondsOption
  | SizeOption;

/** Several options by name. */
export type OptionDescriptions = Readonly<Record<string, OptionDescription>>;

/** The type of one option's value. */
export type OptionValue<Description extends OptionDescription> =
  | Value<Description>
  | (undefined extends Description['default'] ? undefined : never);

type Value<Description extends OptionDescription> = Description extends { choices: readonly (infer Choice)[] }
  ? Choice
  : {
      readonly number: number;
      readonly choice: string;
      readonly boolean: boolean;
      readonly text: string;
      readonly list: readonly string[];
      readonly seconds: number;
      readonly size: PixelSize;
    }[Description['type']];

/** The type of the values of several options. */
export type OptionValues<Descriptions extends OptionDescriptions> = {
  readonly [Name in keyof Descriptions]: OptionValue<Descriptions[Name]>;
};

/**
 * Describes a number.
 *
 * @param range - The smallest and the largest value allowed.
 * @param defaultValue - Used where the option is left out.
 */
export function number<Default extends number | undefined>(
  [min, max]: readonly [min: number, max: number],
  defaultValue: Default,
): NumberOption<Default extends number ? number : undefined> {
  type Widened = Default extends number ? number : undefined;
  return {
    type: 'number',
    min,
    max,
    default: defaultValue as unknown as Widened,
    problem(value) {
      if (typeof value === 'number' && value >= min && value <= max) return undefined;
      return `must be a number from ${min} to ${max}, not ${show(value)}`;
    },
  };
}

/**
 * Describes a choice.
 *
 * @param choices - All values allowed.
 * @param defaultValue - Used where the option is left out.
 */
export function choice<Choice extends string, Default extends Choice | undefined = Choice>(
  choices: readonly Choice[],
  defaultValue: Default,
): ChoiceOption<Choice, Default extends Choice ? Choice : undefined> {
  type Widened = Default extends Choice ? Choice : undefined;
  return {
    type: 'choice',
    choices,
    default: defaultValue as unknown as Widened,
    problem(value) {
      if (choices.some((each) => each === value)) return undefined;
      return `must be one of ${choices.join(', ')}, not ${show(value)}`;
    },
  };
}

/** Describes a switch that is off by default. */
export function flag(): BooleanOption {
  return {
    type: 'boolean',
    default: false,
    problem: (value) =>
      typeof value === 'boolean' ? undefined : `must be true or false, not ${show(value)}`,
  };
}

/**
 * Describes a text.
 *
 * @param defaultValue - Used where the option is left out.
 */
export function text<Default extends string | undefined>(
  defaultValue: Default,
): TextOption<Default extends string ? string : undefined> {
  type Widened = Default extends string ? string : undefined;
  return {
    type: 'text',
    default: defaultValue as unknown as Widened,
    problem: (value) => (isText(value) ? undefined : `must be a text that is not empty, not ${show(value)}`),
  };
}

/**
 * Describes a list of texts.
 *
 * @param defaultValue - Used where the option is left out.
 */
export function list(defaultValue: readonly string[]): ListOption {
  return {
    type: 'list',
    default: defaultValue,
    problem: (value) =>
      Array.isArray(value) && value.every(isText) ? undefined : 'must be a list of texts, none of them empty',
  };
}

/**
 * Describes a time or a duration in seconds.
 *
 * @param range - Whether 0 is allowed.
 * @param defaultValue - Used where the option is left out.
 */
export function seconds<Default extends number | undefined>(
  range: 'from 0' | 'above 0',
  defaultValue: Default,
): SecondsOption<Default extends number ? number : undefined> {
  type Widened = Default extends number ? number : undefined;
  const allowsZero = range === 'from 0';
  return {
    type: 'seconds',
    allowsZero,
    default: defaultValue as unknown as Widened,
    problem(value) {
      if (Number.isFinite(value) && Number(value) >= 0 && (allowsZero || value !== 0)) return undefined;
      return `must be a number of seconds ${range}, not ${show(value)}`;
    },
  };
}

/** Describes a size limit; none by default. */
export function size(): SizeOption {
  return {
    type: 'size',
    default: undefined,
    problem: (value) =>
      isSize(value) ? undefined : 'must have a width and a height of at least 2 whole pixels',
  };
}

/** The options of a pipeline that can be changed between two frames. */
export const PIPELINE_OPTIONS = {
  /**
   * How much work goes into finding the person, in this order:
   * - `lowest`: the landscape network on the whole frame, on every second frame; the matte of the others comes from the
   *   confidence map that is known and their own pixels.
   * - `low`: the landscape network on the whole frame.
   * - `medium` (default): the network that suits the region of interest.
   * - `high`: both networks on the region of interest, their outputs fused.
   * - `highest`: the same, and each network also on the mirrored input; on a GPU with a finer guided filter and lens.
   *   For stills, or where there is time.
   *
   * Without a `closeSegmenter`, `medium` and above equal `low`.
   */
  quality: choice(QUALITIES, 'medium'),
  /**
   * How much of the background's light spills over the person's edge, 0..1. Default (`undefined`): 0.3 where the
   * background is an image or a video, 0 where it is a colour. Always 0 for the other backgrounds: they have no light of
   * their own.
   */
  lightWrap: number([0, 1], undefined),
  /** How far the person's colours move towards those of an image or video background, 0..1. Default 0. */
  colorMatch: number([0, 1], 0),
  /**
   * How much softer the person's edges are, 0..1; at 1 they are about 2 % of the frame's shorter side wide. Default 0.
   * Ignored with hard masks.
   */
  edgeSoftness: number([0, 1], 0),
  /** Exposure of the person, -1..1; at 1 three quarters of a stop brighter. Default 0. */
  brightness: number([-1, 1], 0),
  /** Colour temperature of the person, -1 (cooler) to 1 (warmer). Default 0. */
  warmth: number([-1, 1], 0),
  /** Magnification of person and frame, 1..4; the background keeps its size. Default 1. */
  zoom: number([1, 4], 1),
  /** Keep the person in the middle of the frame; `zoom` is then the least magnification. Default false. */
  follow: flag(),
  /** Which step of the pipeline is the output. Default `composite`. */
  stage: choice(STAGES, 'composite'),
  /** Mirror the frames, but not the background. Default false. */
  mirror: flag(),
  /** The largest output, in pixels as displayed; larger frames are scaled down first. Default: no limit. */
  maxSize: size(),
} as const satisfies OptionDescriptions;

/**
 * One sentence on each of {@link PIPELINE_OPTIONS}, without its full stop, for help texts. Apart from the descriptions,
 * because a web page needs those and not these: a bundler leaves them out.
 */
export const PIPELINE_OPTION_SUMMARIES: Readonly<Record<keyof typeof PIPELINE_OPTIONS, string>> = {
  quality: 'how much work goes into finding the person',
  lightWrap:
    "how much of the background's light spills over the person's edge (default: 0.3 for images and videos, else 0)",
  colorMatch: "how far the person's colours move towards those of an image or video",
  edgeSoftness: "how much softer the person's edges are",
  brightness: 'how much brighter or darker the person is',
  warmth: 'how much warmer or cooler the light on the person is',
  zoom: 'magnification of the person; the background keeps its size',
  follow: 'keep the person in the middle of the frame',
  stage: 'the step of the pipeline that is shown',
  mirror: 'mirror the frames, but not the background',
  maxSize: 'the largest output; larger frames are scaled down',
};

/** What of a {@link Pipeline} can be changed between two frames; {@link PIPELINE_OPTIONS} has the ranges and defaults. */
export type PipelineSettings = OptionValues<typeof PIPELINE_OPTIONS>;

/** The settings where nothing is given. */
export const DEFAULT_SETTINGS: PipelineSettings = defaultsOf(PIPELINE_OPTIONS);

/**
 * The values of options where nothing is given.
 *
 * @param descriptions - The options.
 */
export function defaultsOf<Descriptions extends OptionDescriptions>(
  descriptions: Descriptions,
): OptionValues<Descriptions> {
  const entries = Object.entries(descriptions).map(([name, description]) => [name, description.default]);
  return Object.fromEntries(entries) as OptionValues<Descriptions>;
}

/**
 * Applies changes to the values of options and checks the result.
 *
 * @param descriptions - The options.
 * @param changes - New values; a missing one keeps its value, `undefined` restores the default.
 * @param current - The values so far.
 * @returns All values. Properties of `changes` that are no options are left out.
 * @throws `EngineError` `OPTION_INVALID` that names the first option with an invalid value.
 */
export function mergeOptions<Descriptions extends OptionDescriptions>(
  descriptions: Descriptions,
  changes: Partial<OptionValues<Descriptions>>,
  current: OptionValues<Descriptions>,
): OptionValues<Descriptions> {
  const merged: Record<string, unknown> = { ...current };
  for (const [name, description] of Object.entries(descriptions)) {
    if (name in changes) merged[name] = changes[name] ?? description.default;
  }
  assertOptions(descriptions, merged);
  return merged as OptionValues<Descriptions>;
}

/**
 * Checks the values of options.
 *
 * @param descriptions - The options.
 * @param values - Their values; `undefined` stands for the default.
 * @throws `EngineError` `OPTION_INVALID` that names the first option with an invalid value.
 */
export function assertOptions(
  descriptions: OptionDescriptions,
  values: Readonly<Record<string, unknown>>,
): void {
  for (const [name, description] of Object.entries(descriptions)) {
    const value = values[name];
    const problem = value === undefined ? undefined : description.problem(value);
    if (problem) throw new EngineError('OPTION_INVALID', `The option ${name} ${problem}.`);
  }
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function isSize(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { width, height } = value as Partial<PixelSize>;
  return isSide(width) && isSide(height);
}

function isSide(value: unknown): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= 2;
}

function show(value: unknown): string {
  return String(value).slice(0, 40);
}

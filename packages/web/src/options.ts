import {
  assertRanges,
  BACKENDS,
  type BackendChoice,
  type Background,
  EngineError,
  QUALITIES,
  type Quality,
  STAGES,
  type Stage,
} from '@elsewhere/engine';
import { aborted } from './errors.js';

/**
 * Where the person is put; see the engine's `Background`. Pictures are given by their address, as a `Blob`, or decoded;
 * videos by their address or as a `Blob`. Addresses are read with `fetch` in the worker (`connect-src` of the page's policy,
 * CORS) and are relative to the page.
 */
export type WebBackground = Background<string | URL | Blob | ImageBitmap | ImageData, string | URL | Blob>;

/** A model that is not in the engine's catalogue. */
export interface CustomModel {
  /** What the model takes and gives: a JSON object as the engine's `parseModelDescription` reads it. */
  readonly description: object;
  /** Where its `.tflite` file is, relative to the page. */
  readonly url: string | URL;
}

/**
 * How closely to look for people, as in the engine. `auto`: the best rung that keeps up with the camera, by measured times:
 * of `balanced`, `fast` and `light` on the processor, of all on a GPU.
 */
export type WebQuality = 'auto' | Quality;

/**
 * What is shown where processing is not possible (and never the real room):
 * - `placeholder`: the chosen background without any pixel of the camera; for `blur` and `bokeh` a plain grey.
 * - `freeze`: nothing new, so that the last good frame stays.
 * - `stop`: as `placeholder`, but once it is given up the output track ends.
 */
export type WhenUnavailable = 'placeholder' | 'freeze' | 'stop';

/** What can be changed at any time with `VirtualBackground.setOptions`. */
export interface LiveOptions {
  /** Default `auto`. */
  readonly quality: WebQuality;
  /** Mirror the camera's picture, as people know themselves; the background is not mirrored. Default false. */
  readonly mirror: boolean;
  /** The most frames a second that come out, above 0. Default: as many as go in. */
  readonly maxFrameRate: number | undefined;
  /** The largest picture that comes out, in pixels, as it is shown; larger ones are made smaller. Default: none. */
  readonly maxSize: { readonly width: number; readonly height: number } | undefined;
  /** How much of the new place's light spills over the person's edge, 0..1. Default 0.3 over pictures and videos, else 0. */
  readonly lightWrap: number | undefined;
  /** How far the person's colours go towards those of the new place, 0..1. Default 0. */
  readonly colorMatch: number;
  /** How much softer than they are the person's edges are shown, 0..1. Default 0. */
  readonly edgeSoftness: number;
  /** How much brighter (above 0) or darker the person is shown, -1..1. Default 0. */
  readonly brightness: number;
  /** How much warmer (above 0) or cooler the person's light is, -1..1. Default 0. */
  readonly warmth: number;
  /** How much nearer the person comes, 1..4; the new place stays where it is. Default 1. */
  readonly zoom: number;
  /** Keep the person in the middle; `zoom` is the least then. Default false. */
  readonly follow: boolean;
  /** What is shown: a step of the work, or `steps`, all of them in one picture, which shows the room, too. Default `composite`. */
  readonly stage: Stage;
  /** Default `placeholder`. */
  readonly whenUnavailable: WhenUnavailable;
}

/** How a `VirtualBackground` is made. */
export interface VirtualBackgroundOptions extends Partial<LiveOptions> {
  /** Default `{ type: 'blur' }`. */
  readonly background?: WebBackground;
  /** The id of a model of the engine's catalogue, whose file lies in the assets folder, or a model of your own. Default `selfie-landscape`. */
  readonly model?: string | CustomModel;
  /** Names of the classes to keep, for models with classes. Default `['person']`. */
  readonly keep?: readonly string[];
  /**
   * Where frames are computed. `auto` (default): where the browser has WebGPU, both ways are measured after the first frames
   * have come out, and the cheaper one is kept. `gpu`: there as soon as it is ready, the processor until then and where there
   * is none. Only with the default model. The steps of the work are always shown by the processor.
   */
  readonly backend?: BackendChoice;
  /**
   * The folder with the worker, the WebAssembly files and the models, of the page's own origin: what `npx elsewhere-assets
   * FOLDER` copied. Default: the folder `assets/` beside this module, which is right where no bundler is used.
   */
  readonly assets?: string | URL;
  /** Ends the preparation; aborted later, it disposes of the object. */
  readonly signal?: AbortSignal;
}

/** What {@link LiveOptions} are where nothing is said. */
export const DEFAULT_OPTIONS: LiveOptions = {
  quality: 'auto',
  mirror: false,
  maxFrameRate: undefined,
  maxSize: undefined,
  lightWrap: undefined,
  colorMatch: 0,
  edgeSoftness: 0,
  brightness: 0,
  warmth: 0,
  zoom: 1,
  follow: false,
  stage: 'composite',
  whenUnavailable: 'placeholder',
};

/** The background where none is chosen. */
export const DEFAULT_BACKGROUND: WebBackground = { type: 'blur' };

const CHOICES: readonly WebQuality[] = ['auto', ...QUALITIES];
const REPLACEMENTS: readonly WhenUnavailable[] = ['placeholder', 'freeze', 'stop'];

/**
 * Puts options over others and checks the result.
 *
 * @param changes - The new ones; those that are left out stay, those that are `undefined` go back to their defaults.
 * @param current - The old ones.
 * @throws EngineError `OPTION_INVALID` that names the first option that is out of range.
 */
export function mergeOptions(changes: Partial<LiveOptions>, current = DEFAULT_OPTIONS): LiveOptions {
  const merged: Record<string, unknown> = { ...current };
  for (const name of Object.keys(DEFAULT_OPTIONS) as (keyof LiveOptions)[]) {
    if (name in changes) merged[name] = changes[name] ?? DEFAULT_OPTIONS[name];
  }
  const options = merged as unknown as LiveOptions;
  assertOptions(options);
  return options;
}

function assertOptions(options: LiveOptions): void {
  assertOneOf('quality', options.quality, CHOICES);
  assertOneOf('whenUnavailable', options.whenUnavailable, REPLACEMENTS);
  assertOneOf('stage', options.stage, STAGES);
  for (const name of ['mirror', 'follow'] as const) {
    if (typeof options[name] !== 'boolean') throw invalid(`The option ${name} is true or false.`);
  }
  assertRanges(options);
  const { maxFrameRate } = options;
  if (maxFrameRate !== undefined && !(maxFrameRate > 0)) {
    throw invalid(`The option maxFrameRate is a number above 0, not ${maxFrameRate}.`);
  }
}

function assertOneOf(name: string, value: unknown, values: readonly string[]): void {
  if (!values.some((each) => each === value)) {
    throw invalid(`The option ${name} is one of ${values.join(', ')}, not ${String(value).slice(0, 40)}.`);
  }
}

function invalid(problem: string): EngineError {
  return new EngineError('OPTION_INVALID', problem);
}

/**
 * Fails where there is no such way to compute.
 *
 * @throws EngineError `OPTION_INVALID`.
 */
export function assertBackend(backend: BackendChoice): void {
  assertOneOf('backend', backend, BACKENDS);
}

/** Fails where a signal has been aborted already. */
export function assertNotAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw aborted(signal.reason);
}

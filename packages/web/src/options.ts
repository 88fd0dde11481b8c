import { BACKENDS, type BackendChoice, type Background, QUALITIES, type Quality } from '@elsewhere/engine';
import {
  assertOptions,
  choice,
  defaultsOf,
  mergeOptions,
  number,
  type OptionDescriptions,
  type OptionValues,
  PIPELINE_OPTIONS,
} from '@elsewhere/engine/internal';
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
 * of `medium`, `low` and `lowest` on the processor, of all on a GPU.
 */
export type WebQuality = 'auto' | Quality;

/** The options that can be changed at any time with `VirtualBackground.setOptions`: the engine's, and those of a live track. */
export const LIVE_OPTIONS = {
  ...PIPELINE_OPTIONS,
  /** As in the engine, or `auto` (default), which moves between the levels as the measured frame times allow. */
  quality: choice<'auto' | Quality>(['auto', ...QUALITIES], 'auto'),
  /** The highest frame rate of the output, in frames per second, 0.1..1000. Default: the camera's. */
  maxFrameRate: number([0.1, 1000], undefined),
  /**
   * What is shown where processing is not possible, never the camera background:
   * - `placeholder` (default): the chosen background without any pixel of the camera; plain grey for `blur` and `bokeh`.
   * - `freeze`: no new frame, so the last processed one stays.
   * - `stop`: as `placeholder`, but the output track ends once restarting has failed.
   */
  whenUnavailable: choice<'placeholder' | 'freeze' | 'stop'>(
    ['placeholder', 'freeze', 'stop'],
    'placeholder',
  ),
} as const satisfies OptionDescriptions;

/** The values of {@link LIVE_OPTIONS}. */
export type LiveOptions = OptionValues<typeof LIVE_OPTIONS>;

/** What is shown where processing is not possible: see {@link LIVE_OPTIONS}. */
export type WhenUnavailable = LiveOptions['whenUnavailable'];

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
  /** TrackPorts the preparation; aborted later, it disposes of the object. */
  readonly signal?: AbortSignal;
}

/** The live options where nothing is given. */
export const DEFAULT_OPTIONS: LiveOptions = defaultsOf(LIVE_OPTIONS);

/** The background where none is chosen. */
export const DEFAULT_BACKGROUND: WebBackground = { type: 'blur' };

/**
 * Applies changes to the live options and checks the result.
 *
 * @param changes - New values; a missing one keeps its value, `undefined` restores the default.
 * @param current - The values so far.
 * @throws EngineError `OPTION_INVALID` that names the first option with an invalid value.
 */
export function mergeLiveOptions(changes: Partial<LiveOptions>, current = DEFAULT_OPTIONS): LiveOptions {
  return mergeOptions(LIVE_OPTIONS, changes, current);
}

/**
 * Fails where there is no such way to compute.
 *
 * @throws EngineError `OPTION_INVALID`.
 */
export function assertBackend(backend: BackendChoice): void {
  assertOptions({ backend: choice(BACKENDS, 'auto') }, { backend });
}

/** Fails where a signal has been aborted already. */
export function assertNotAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw aborted(signal.reason);
}

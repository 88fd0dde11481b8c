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

/** What an image background can be given as: its URL, a file, or decoded pixels. */
export type WebImage = string | URL | Blob | ImageBitmap | ImageData;

/** What a video background can be given as: its URL or a file. */
export type WebVideo = string | URL | Blob;

/**
 * The new background; see the engine's `Background`. URLs are relative to the page and are read with `fetch` in a worker:
 * `connect-src` of the page's policy and CORS must allow it.
 */
export type WebBackground = Background<WebImage, WebVideo>;

/** A model that is not in the engine's catalogue. */
export interface CustomModel {
  /** The model's inputs and outputs, as JSON that the engine's `parseModelDescription` reads. */
  readonly description: object;
  /** The URL of its `.tflite` file, relative to the page. */
  readonly url: string | URL;
}

/**
 * The engine's quality levels, and `auto`: `high` where that keeps up with the camera, by measured frame times. Where it does
 * not, these give way, in this order: quality, to `medium`; frame rate, to 20, then 15 frames per second; size, to three
 * quarters, then half of each side, but never below 360 lines. They come back when there is time to spare; on a GPU, `auto`
 * then goes up to `highest`. With any other value nothing changes by itself: frames for which there is no time are dropped.
 */
export type WebQuality = 'auto' | Quality;

/** The options that can be changed at any time with `VirtualBackground.setOptions`: the engine's, and those of a live track. */
export const LIVE_OPTIONS = {
  ...PIPELINE_OPTIONS,
  /**
   * As in the engine, or `auto` (default): `high` where measured frame times allow it, else less quality, then fewer, then
   * smaller frames; see {@link WebQuality}. Never more than `maxFrameRate` and `maxSize`.
   */
  quality: choice<WebQuality>(['auto', ...QUALITIES], 'auto'),
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

/** The options that can be changed at any time with `VirtualBackground.setOptions`. */
export type LiveOptions = OptionValues<typeof LIVE_OPTIONS>;

/** What is shown where processing is not possible; see `LiveOptions.whenUnavailable`. */
export type WhenUnavailable = LiveOptions['whenUnavailable'];

/** The options of `VirtualBackground.create`. */
export interface VirtualBackgroundOptions extends Partial<LiveOptions> {
  /** Default `{ type: 'blur' }`. */
  readonly background?: WebBackground;
  /** The id of a model of the engine's catalogue whose file is in the assets folder, or a model of your own. Default `selfie-landscape`. */
  readonly model?: string | CustomModel;
  /** Names of the classes to keep, for models with classes. Default `['person']`. */
  readonly keep?: readonly string[];
  /**
   * Where frames are processed. `auto` (default): where the browser has WebGPU, both backends are measured after the first
   * frames have come out, and the cheaper one is kept. `gpu`: on the GPU as soon as it is ready; on the CPU until then, and
   * where there is none. Only with the default model. Stages other than `composite` are always processed on the CPU.
   */
  readonly backend?: BackendChoice;
  /**
   * The URL of the folder with the workers, the WebAssembly files and the models, of the page's own origin: what
   * `npx elsewhere-assets FOLDER` has copied. Default: the folder `assets/` beside this module, which is right where no
   * bundler is used.
   */
  readonly assets?: string | URL;
  /** Aborts the preparation; aborted later, it disposes of the object. */
  readonly signal?: AbortSignal;
}

/** The default of each live option. */
export const DEFAULT_OPTIONS: LiveOptions = defaultsOf(LIVE_OPTIONS);

/** The quality level that `auto` begins with. */
export function firstQuality(quality: WebQuality): Quality {
  return quality === 'auto' ? 'high' : quality;
}

/** The default background. */
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

/** @throws EngineError `OPTION_INVALID` if there is no such backend. */
export function assertBackend(backend: BackendChoice): void {
  assertOptions({ backend: choice(BACKENDS, 'auto') }, { backend });
}

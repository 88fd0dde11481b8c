/**
 * The options of this package. Loading them loads neither FFmpeg nor a network: `@elsewhere/node/internal/options` is for
 * programs that describe them, such as the command.
 *
 * @packageDocumentation
 */
import {
  BACKENDS,
  type BackendChoice,
  type Background,
  type ConversionOptions,
  DEFAULT_MODEL,
  type PipelineSettings,
  QUALITIES,
  type Quality,
  type Refinement,
  type Search,
} from '@elsewhere/engine';
import {
  CONVERSION_OPTIONS,
  choice,
  flag,
  number,
  type OptionDescriptions,
  type OptionValues,
  PIPELINE_OPTION_SUMMARIES,
  PIPELINE_OPTIONS,
  seconds,
  size,
  text,
} from '@elsewhere/engine/internal';
import type { CameraInput, LavfiInput } from './media/input/source.js';

/** Video encoders, each with the name of its format. `prores` is ProRes 4444, with alpha. */
export const CODECS = ['h264', 'hevc', 'vp8', 'vp9', 'av1', 'prores', 'ffv1'] as const;

/** A video encoder: see {@link CODECS}. */
export type Codec = (typeof CODECS)[number];

const { keep, start, duration, keepLocation, ...LOOK_OPTIONS } = CONVERSION_OPTIONS;
const { mirror, maxSize: _maxSize, ...LOOK_SUMMARIES } = PIPELINE_OPTION_SUMMARIES;
const { stage: _stage, maxSize: _size, ...LIVE_OPTIONS } = PIPELINE_OPTIONS;

/** Which network finds the person, and what is made of its output. */
const MODEL_OPTIONS = {
  /** A model's id in the catalogue, or the path of a `.tflite` file. Default `selfie-landscape`. */
  model: text(DEFAULT_MODEL),
  keep,
  /** `soft` (default) or `hard` edges; hard ones come straight from the network, without matting. */
  mask: choice<'soft' | 'hard'>(['soft', 'hard'], 'soft'),
} as const satisfies OptionDescriptions;

/** The options of `convert` that say what is done with each frame. */
export const PROCESSING_OPTIONS = {
  ...MODEL_OPTIONS,
  ...LOOK_OPTIONS,
  /**
   * How much work goes into finding the person; see the engine's `PipelineSettings`. Default `high`, for still images
   * `highest`. Has an effect with the default model and soft edges only.
   */
  quality: choice<Quality, undefined>(QUALITIES, undefined),
  /**
   * Which backend computes: `cpu`, `gpu`, or `auto` (default), which measures both on some frames of a video, where there is a GPU,
   * and keeps the cheaper one. The GPU needs the package `webgpu`; it processes videos with the default model, soft edges and the
   * stage `composite`, and the CPU everything else.
   */
  backend: choice<BackendChoice>(BACKENDS, 'auto'),
} as const satisfies OptionDescriptions;

/** The options of `convert` that say what of the input is converted, and how the output is encoded. */
export const OUTPUT_OPTIONS = {
  start,
  duration,
  keepLocation,
  /**
   * Which frames are deinterlaced (bwdif), one frame for each: `auto` (default) those that are interlaced, `on` all of them, even
   * if they do not say that they are interlaced, `off` none.
   */
  deinterlace: choice<'auto' | 'on' | 'off'>(['auto', 'on', 'off'], 'auto'),
  /** The video encoder. Default: by the output's extension. */
  codec: choice<Codec, undefined>(CODECS, undefined),
  /** Constant rate factor of the encoder: smaller means better quality and a larger file. Default by codec (h264: 20). */
  crf: number([0, Number.POSITIVE_INFINITY], undefined),
  /** Speed preset of the encoder. Default by codec (h264: `veryfast`). */
  preset: text(undefined),
  /** Replace an existing output. Default false. */
  overwrite: flag(),
} as const satisfies OptionDescriptions;

/** All described options of `convert`: the one description of which types, checks, the command's flags and help are derived. */
export const CONVERT_OPTIONS = { ...PROCESSING_OPTIONS, ...OUTPUT_OPTIONS } as const;

/** One sentence on each of {@link CONVERT_OPTIONS}, without its full stop, for help texts. */
export const CONVERT_OPTION_SUMMARIES: Readonly<Record<keyof typeof CONVERT_OPTIONS, string>> = {
  ...LOOK_SUMMARIES,
  model: 'the id of a model, or the path of a .tflite file',
  keep: 'what to keep, for models with classes',
  mask: "the person's edges",
  quality: `${LOOK_SUMMARIES.quality} (default: high; still images: highest)`,
  backend: 'which backend processes the frames (gpu needs the package webgpu)',
  start: 'where to start in the input',
  duration: 'how much to convert (default: to the end)',
  keepLocation: 'keep the tags that say where the recording was made',
  deinterlace: 'which frames are deinterlaced; auto: those that are interlaced',
  codec: "the video encoder (default: by the output's extension)",
  crf: "the encoder's constant rate factor; smaller means better quality and a larger file (default: by codec)",
  preset: "the encoder's speed preset (default: by codec; h264: veryfast)",
  overwrite: 'replace existing outputs',
};

/** The options of a virtual camera that can be changed while it runs. */
export const VIRTUAL_CAMERA_SETTINGS = {
  ...LIVE_OPTIONS,
  /**
   * As in the engine, or `auto` (default): `high` where that keeps up with the camera, by measured frame times. Where it does not,
   * quality gives way, to `medium`, then the number of frames that are processed, to 20, then 15 a second; both come back when there is
   * time to spare.
   */
  quality: choice<'auto' | Quality>(['auto', ...QUALITIES], 'auto'),
} as const satisfies OptionDescriptions;

/** All described options of a virtual camera. */
export const VIRTUAL_CAMERA_OPTIONS = {
  ...MODEL_OPTIONS,
  ...VIRTUAL_CAMERA_SETTINGS,
  /** The size of the output, in pixels; even numbers. Default: the camera's largest, at most 1280x720. */
  size: size(),
  /** Frames per second of the output, 1..60. Default: the camera's, at most 30. */
  fps: number([1, 60], undefined),
  /** How long it runs, in seconds. Default: until it is stopped. */
  duration: seconds('above 0', undefined),
  /**
   * Whether the camera is on only while a program reads the output: `auto` (default): yes for devices and named pipes, where readers can
   * be counted.
   */
  onDemand: choice<'auto' | 'on' | 'off'>(['auto', 'on', 'off'], 'auto'),
} as const satisfies OptionDescriptions;

/** One sentence on each of {@link VIRTUAL_CAMERA_OPTIONS}, without its full stop, for help texts. */
export const VIRTUAL_CAMERA_OPTION_SUMMARIES: Readonly<Record<keyof typeof VIRTUAL_CAMERA_OPTIONS, string>> =
  {
    ...LOOK_SUMMARIES,
    quality: `${LOOK_SUMMARIES.quality} (auto: as there is time)`,
    model: CONVERT_OPTION_SUMMARIES.model,
    keep: CONVERT_OPTION_SUMMARIES.keep,
    mask: CONVERT_OPTION_SUMMARIES.mask,
    mirror,
    size: "the size of the output (default: the camera's, at most 1280x720)",
    fps: "frames per second of the output (default: the camera's, at most 30)",
    duration: 'how long it runs (default: until it is stopped)',
    onDemand: 'turn the camera on only while a program reads the output (auto: where that is known)',
  };

/** What of a virtual camera can be changed while it runs. */
export interface VirtualCameraSettings extends Partial<OptionValues<typeof VIRTUAL_CAMERA_SETTINGS>> {
  /** The new background; images and videos by their paths. `transparent` is not possible. */
  readonly background?: Background<string, string>;
}

/** The options of `openVirtualCamera`. */
export interface VirtualCameraOptions
  extends Partial<OptionValues<typeof VIRTUAL_CAMERA_OPTIONS>>,
    Pick<VirtualCameraSettings, 'background'> {
  /** The camera, or generated video. Default: the first camera that is no loopback device. */
  readonly camera?: CameraInput | LavfiInput;
  /**
   * Where the frames go: a device of v4l2loopback, a new `.y4m` file, a named pipe, or `-` for standard output as y4m. Default: the
   * first loopback device.
   */
  readonly output?: string;
  /** Called when something of the status other than the numbers of frames changes. */
  readonly onChange?: (status: VirtualCameraStatus) => void;
}

/**
 * What a virtual camera does:
 * - `waiting`: nobody reads the output, and the camera is off.
 * - `starting`: the camera is being opened, and gives no frame yet.
 * - `live`: frames come out.
 * - `lost`: the camera cannot be opened or has stopped giving frames; it is tried again and again.
 * - `paused`: by `pause()`; the camera is off.
 *
 * In all states but `live` the output shows the background alone; grey for a blur.
 */
export type VirtualCameraState = 'waiting' | 'starting' | 'live' | 'lost' | 'paused';

/** How a virtual camera is doing. Plain data. */
export interface VirtualCameraStatus {
  readonly state: VirtualCameraState;
  /** Why the camera is lost, as a sentence. */
  readonly problem?: string;
  readonly camera: CameraInput | LavfiInput;
  readonly output: string;
  /** Of the output, in pixels. */
  readonly width: number;
  /** Of the output, in pixels. */
  readonly height: number;
  /** Frames per second of the output. */
  readonly fps: number;
  /** Whether the camera is on only while somebody reads. */
  readonly onDemand: boolean;
  /** How many programs read the output, where that is known. */
  readonly readers?: number;
  /** The background that was asked for last and could be opened. */
  readonly background: Background<string, string>;
  /** The other settings. */
  readonly settings: OptionValues<typeof VIRTUAL_CAMERA_SETTINGS>;
  /** The quality level of the last frame: what was set, or what `auto` has made of it. */
  readonly quality: Quality;
  readonly frames: VirtualCameraFrames;
}

/** Frames since the start. */
export interface VirtualCameraFrames {
  /** All that were written. */
  readonly written: number;
  /** Frames of the camera with their new background. */
  readonly processed: number;
  /** Written again, because the camera gave none in time. */
  readonly repeated: number;
  /** Without any pixel of the camera. */
  readonly placeholders: number;
  /** Of the camera, not written: there were more than the output takes, or its reader was too slow. */
  readonly dropped: number;
}

/** How `convert` is followed and ended. */
type Control = Pick<ConversionOptions, 'signal' | 'stop' | 'onProgress'>;

/** What of {@link ConvertOptions} is plain data. */
export interface ConvertSettings
  extends Partial<OptionValues<typeof CONVERT_OPTIONS>>,
    Pick<ConversionOptions<string, string>, 'background'> {}

/** How a video or a still image is converted. Images and videos in the background are given by their paths. */
export interface ConvertOptions extends ConvertSettings, Control {}

/** The options of `createPipeline`. */
export interface NodePipelineOptions
  extends Partial<PipelineSettings>,
    Partial<OptionValues<typeof MODEL_OPTIONS>> {
  /** The background to begin with. Default `{ type: 'blur' }`. */
  readonly background?: Background;
  /** How thoroughly people are looked for who are small in the frame. Default `sparse`: for live video. */
  readonly search?: Search;
  /** Refinements to leave out, for measuring what each one is worth. Default none. */
  readonly without?: readonly Refinement[];
}

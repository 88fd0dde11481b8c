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
  text,
} from '@elsewhere/engine/internal';

/** Video encoders, each with the name of its format. `prores` is ProRes 4444, with alpha. */
export const CODECS = ['h264', 'hevc', 'vp8', 'vp9', 'av1', 'prores', 'ffv1'] as const;

/** A video encoder: see {@link CODECS}. */
export type Codec = (typeof CODECS)[number];

const { keep, start, duration, keepLocation, ...LOOK_OPTIONS } = CONVERSION_OPTIONS;
const { mirror: _mirror, maxSize: _maxSize, ...LOOK_SUMMARIES } = PIPELINE_OPTION_SUMMARIES;

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

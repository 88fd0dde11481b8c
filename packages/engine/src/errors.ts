/**
 * Every `code` an {@link ElsewhereError} of the engine can carry. Codes are stable: programs may compare them.
 *
 * - `FRAME_INVALID`: a frame's size, planes or strides do not fit together.
 * - `BACKGROUND_INVALID`: a background's colour, image or number is out of range.
 * - `OPTION_INVALID`: an option's number is out of range.
 * - `MODEL_UNKNOWN`: no model of that id in the catalogue.
 * - `MODEL_MISSING`: the model's file does not exist.
 * - `MODEL_CHECKSUM`: the model's file is not the one in its description.
 * - `MODEL_INVALID`: the file is not a model, or not one of the described shape.
 * - `MODEL_UNSUPPORTED`: the built-in network runtime cannot run the model; LiteRT may be able to.
 * - `RUNTIME_MISSING`: the model needs LiteRT, and the package `@litertjs/core` is not installed.
 * - `INPUT_TOO_LARGE`: a still image has more than 100 megapixels or a side above 16384 pixels, or a video's frames have a side
 *   above 8192 pixels. Nothing of it was decoded.
 * - `CLASS_UNKNOWN`: the model has no class of that name.
 * - `KERNELS_INVALID`: the WebAssembly kernels could not be compiled or are of another version.
 * - `OUT_OF_MEMORY`: the kernels' memory cannot grow further.
 * - `SEGMENTATION_FAILED`, `MATTING_FAILED`, `COMPOSITING_FAILED`, `BACKGROUND_FAILED`: a step failed on a frame.
 * - `GPU_UNAVAILABLE`: there is no GPU that can be used, or it lacks what is needed.
 * - `GPU_FAILED`: the GPU was lost, ran out of memory or refused a command; the frame has no output.
 * - `BUSY`: a frame was passed while the previous one was still being processed.
 * - `DISPOSED`: the object was used after `dispose()`.
 */
export type EngineErrorCode =
  | 'FRAME_INVALID'
  | 'BACKGROUND_INVALID'
  | 'OPTION_INVALID'
  | 'MODEL_UNKNOWN'
  | 'MODEL_MISSING'
  | 'MODEL_CHECKSUM'
  | 'MODEL_INVALID'
  | 'MODEL_UNSUPPORTED'
  | 'RUNTIME_MISSING'
  | 'INPUT_TOO_LARGE'
  | 'CLASS_UNKNOWN'
  | 'KERNELS_INVALID'
  | 'OUT_OF_MEMORY'
  | 'SEGMENTATION_FAILED'
  | 'MATTING_FAILED'
  | 'COMPOSITING_FAILED'
  | 'BACKGROUND_FAILED'
  | 'GPU_UNAVAILABLE'
  | 'GPU_FAILED'
  | 'BUSY'
  | 'DISPOSED';

/**
 * The base of all errors of Elsewhere: a sentence that says what happened and what to do, a stable
 * {@link ElsewhereError.code | code} for programs, and the underlying error as `cause` where there is one.
 */
export class ElsewhereError<Code extends string = string> extends Error {
  override readonly name: string = 'ElsewhereError';
  /** What happened, as a stable word for programs. */
  readonly code: Code;

  /**
   * @param code - What happened, as a stable word for programs.
   * @param message - A sentence for people: what happened and what to do about it.
   * @param options - `cause`: the error that led to this one.
   */
  constructor(code: Code, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** An error of the engine. See {@link EngineErrorCode} for the codes. */
export class EngineError extends ElsewhereError<EngineErrorCode> {
  override readonly name = 'EngineError';
}

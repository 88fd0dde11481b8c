import type { EngineErrorCode } from '@elsewhere/engine';
import type { MediaErrorCode } from '@elsewhere/node';

/**
 * Every code of an error that the command knows. `USAGE`: the command line does not make sense. `CANCELLED`: the command was
 * interrupted. `NOT_RUNNING`: there is no virtual camera to control.
 */
export type ErrorCode = EngineErrorCode | MediaErrorCode | 'USAGE' | 'CANCELLED' | 'NOT_RUNNING';

/** The exit codes with their meanings, in the order of the help and the README. */
export const EXIT_CODES = {
  ok: { value: 0, meaning: 'success' },
  unexpected: { value: 1, meaning: 'unexpected error' },
  usage: { value: 2, meaning: 'invalid command line' },
  input: { value: 3, meaning: 'an input or the camera is missing, unusable or too large' },
  output: { value: 4, meaning: 'an output or the virtual camera cannot be written, or exists already' },
  background: { value: 5, meaning: 'the background is missing or unusable' },
  model: { value: 6, meaning: 'the model is missing or unusable, or could not be downloaded' },
  damaged: { value: 7, meaning: 'an input was damaged; what could be read of it was converted' },
  hangup: { value: 129, meaning: 'the terminal was closed' },
  interrupt: { value: 130, meaning: 'interrupted with Ctrl-C' },
  pipe: { value: 141, meaning: 'standard output was closed before the end' },
  terminate: { value: 143, meaning: 'terminated with SIGTERM' },
} as const satisfies Readonly<Record<string, { readonly value: number; readonly meaning: string }>>;

/** The name of an exit code. */
export type ExitName = keyof typeof EXIT_CODES;

const EXIT_OF: Readonly<Record<ErrorCode, ExitName>> = {
  USAGE: 'usage',
  CLASS_UNKNOWN: 'usage',
  GPU_UNAVAILABLE: 'usage',
  INPUT_MISSING: 'input',
  INPUT_IS_DIRECTORY: 'input',
  INPUT_EMPTY: 'input',
  INPUT_UNREADABLE: 'input',
  INPUT_NO_VIDEO: 'input',
  INPUT_UNSUPPORTED: 'input',
  INPUT_TOO_LARGE: 'input',
  DEVICE_UNAVAILABLE: 'input',
  VIRTUAL_CAMERA_UNSUPPORTED: 'usage',
  VIRTUAL_CAMERA_UNAVAILABLE: 'output',
  NOT_RUNNING: 'output',
  OUTPUT_EXISTS: 'output',
  OUTPUT_IS_INPUT: 'output',
  OUTPUT_UNSUPPORTED: 'output',
  OUTPUT_UNWRITABLE: 'output',
  DISK_FULL: 'output',
  BACKGROUND_MISSING: 'background',
  BACKGROUND_UNREADABLE: 'background',
  OPTION_INVALID: 'usage',
  BACKGROUND_INVALID: 'background',
  BACKGROUND_FAILED: 'background',
  SUPERSEDED: 'background',
  MODEL_UNKNOWN: 'model',
  MODEL_MISSING: 'model',
  MODEL_CHECKSUM: 'model',
  MODEL_INVALID: 'model',
  MODEL_UNSUPPORTED: 'model',
  RUNTIME_MISSING: 'model',
  DOWNLOAD_FAILED: 'model',
  CANCELLED: 'interrupt',
  BUSY: 'unexpected',
  GPU_FAILED: 'unexpected',
  FRAME_INVALID: 'unexpected',
  KERNELS_INVALID: 'unexpected',
  OUT_OF_MEMORY: 'unexpected',
  SEGMENTATION_FAILED: 'unexpected',
  MATTING_FAILED: 'unexpected',
  COMPOSITING_FAILED: 'unexpected',
  DISPOSED: 'unexpected',
};

/**
 * The code of an error, if the command knows it.
 *
 * @param error - Anything that was thrown.
 */
export function codeOf(error: unknown): ErrorCode | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  const { code } = error;
  return typeof code === 'string' && isErrorCode(code) ? code : undefined;
}

/** Whether a text is the code of an error that the command knows. */
export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(EXIT_OF, code);
}

/**
 * The exit code for an error.
 *
 * @param error - Anything that was thrown.
 */
export function exitCodeOf(error: unknown): number {
  const code = codeOf(error);
  return EXIT_CODES[code ? EXIT_OF[code] : 'unexpected'].value;
}

/**
 * Whether every other input would fail in the same way, because the cause is not the input.
 */
export function failsForAll(error: unknown): boolean {
  const code = codeOf(error);
  return code !== undefined && ['usage', 'background', 'model'].includes(EXIT_OF[code]);
}

/** Advice that names the command's options. */
const ADVICE: Readonly<Partial<Record<ErrorCode, string>>> = {
  OUTPUT_EXISTS: 'Give --overwrite to replace it.',
};

/**
 * The message of an error; for unexpected errors, how to report it.
 *
 * @param error - Anything that was thrown.
 */
export function sentenceOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const code = codeOf(error);
  if (code) return code in ADVICE ? `${message} ${ADVICE[code]}` : message;
  const what = message.trim().replace(/\.$/, '') || 'no message';
  return `Unexpected error (${what}). Please report it in the project's issues, with the output of the same command under ELSEWHERE_DEBUG=1.`;
}

import { type ElsewhereError, EngineError } from './errors.js';

/** An error as plain data, for its way to another thread: structured cloning keeps neither classes nor codes. */
export interface SerializedError {
  /** Which class it is of. */
  readonly name: string;
  /** Of an `ElsewhereError`, or of the system's errors in Node. */
  readonly code?: string;
  readonly message: string;
  readonly stack?: string;
  readonly cause?: SerializedError;
}

/** Makes an error of a package from its parts. */
type ErrorClass = new (code: never, message: string, options?: ErrorOptions) => ElsewhereError;

/** How many causes in a row are kept; a cause may be its own cause. */
const MAX_CAUSES = 4;

/**
 * Turns an error into plain data.
 *
 * @param error - Anything that was thrown.
 * @returns What {@link deserializeError} takes. Of the causes, the first four are kept.
 */
export function serializeError(error: unknown): SerializedError {
  return serialize(error, MAX_CAUSES);
}

function serialize(error: unknown, causes: number): SerializedError {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) };
  const { name, message, stack, cause } = error;
  return {
    name,
    message,
    // Not by its class: each bundle has one of its own.
    ...('code' in error && typeof error.code === 'string' && { code: error.code }),
    ...(stack !== undefined && { stack }),
    ...(cause !== undefined && causes > 0 && { cause: serialize(cause, causes - 1) }),
  };
}

/**
 * Makes an error from plain data again.
 *
 * @param serialized - What {@link serializeError} gave.
 * @param classes - The classes of errors, besides `EngineError`, by their `name`. Errors of other classes become a plain
 * `Error` of the same name.
 */
export function deserializeError(
  serialized: SerializedError,
  classes: Readonly<Record<string, ErrorClass>>,
): Error {
  const { name, code, message, stack, cause } = serialized;
  const options = cause && { cause: deserializeError(cause, classes) };
  const known: ErrorClass | undefined = name === 'EngineError' ? EngineError : classes[name];
  const error =
    known && code !== undefined
      ? new known(code as never, message, options)
      : Object.assign(new Error(message, options), { name });
  if (stack !== undefined) error.stack = stack;
  return error;
}

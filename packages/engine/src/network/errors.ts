import { EngineError } from '../errors.js';

/** The error for a file that is not a model. */
export function invalidModel(problem: string): EngineError {
  return new EngineError(
    'MODEL_INVALID',
    `This file is not a valid .tflite model, or it is damaged: ${problem}. Get it again.`,
  );
}

/** The error for what only another runtime can run. */
export function unsupportedModel(what: string): EngineError {
  return new EngineError(
    'MODEL_UNSUPPORTED',
    `The built-in network runtime cannot run this model: ${what}. LiteRT may be able to.`,
  );
}

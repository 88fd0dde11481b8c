import { EngineError } from '@elsewhere/engine';

/** An optional peer dependency of 38 MB. */
const PACKAGE = '@litertjs/core';

/**
 * Imports what runs networks on LiteRT.
 *
 * @param model - The name of the model that needs it.
 * @param unsupported - The error that says why.
 * @throws `EngineError` `RUNTIME_MISSING` if the package is not installed, with a sentence that says how to install it.
 */
export async function importLiteRt(
  model: string,
  unsupported: EngineError,
): Promise<typeof import('./litert.js')> {
  try {
    return await import('./litert.js');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new EngineError(
      'RUNTIME_MISSING',
      `The model '${model}' needs the package ${PACKAGE}: run npm install ${PACKAGE}.`,
      { cause: unsupported },
    );
  }
}

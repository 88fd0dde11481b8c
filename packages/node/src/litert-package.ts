import { EngineError } from '@elsewhere/engine';

/** An optional peer dependency of 38 MB. */
const PACKAGE = '@litertjs/core';

/**
 * Imports what runs networks on LiteRT.
 *
 * @param code - The error's code if the package is not installed.
 * @param who - What needs it, as a sentence begins.
 * @param why - The error that led here, if one did.
 * @throws `EngineError` of that code, with a sentence that names the package and how to install it.
 */
export async function importLiteRt(
  code: 'RUNTIME_MISSING' | 'GPU_UNAVAILABLE',
  who: string,
  why?: EngineError,
): Promise<typeof import('./litert.js')> {
  try {
    return await import('./litert.js');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new EngineError(code, `${who} needs the package ${PACKAGE}: run npm install ${PACKAGE}.`, {
      cause: why ?? error,
    });
  }
}

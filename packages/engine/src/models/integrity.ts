import { EngineError } from '../errors.js';
import type { ModelDescription } from './model.js';

/**
 * Checks that bytes are the file of a description.
 *
 * @param model - The description.
 * @param bytes - The file's contents.
 * @throws `EngineError` `MODEL_CHECKSUM` if size or SHA-256 differ from the description's.
 */
export async function verifyModel(model: ModelDescription, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  if (model.bytes !== undefined && bytes.length !== model.bytes) {
    throw new EngineError(
      'MODEL_CHECKSUM',
      `The file of model '${model.id}' has ${bytes.length} bytes instead of ${model.bytes}: it is not that model, or damaged. Get it again.`,
    );
  }
  if (model.sha256 === undefined) return;
  const sum = await sha256(bytes);
  if (sum !== model.sha256) {
    throw new EngineError(
      'MODEL_CHECKSUM',
      `The file of model '${model.id}' has the SHA-256 ${sum} instead of ${model.sha256}: it is not that model, or damaged. Get it again.`,
    );
  }
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

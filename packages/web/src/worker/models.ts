import { findModel, type ModelDescription, parseModelDescription, verifyModel } from '@elsewhere/engine';
import type { EngineRequest } from '../messages.js';
import { fetchAsset } from './fetch.js';

/** A model's file and what is known of it. */
export interface ModelFile {
  readonly model: ModelDescription;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * Fetches a model.
 *
 * @param assets - The assets folder.
 * @param model - Its id in the catalogue, or a model of the page's own.
 * @throws WebError `ASSET_MISSING`, or an EngineError `MODEL_UNKNOWN`, `MODEL_CHECKSUM` or `MODEL_INVALID`.
 */
export async function fetchModel(assets: string, model: EngineRequest['model']): Promise<ModelFile> {
  const isCustom = typeof model !== 'string';
  const description = isCustom ? parseModelDescription(model.description) : findModel(model);
  const response = await fetchAsset(isCustom ? model.url : assets + fileName(description));
  const bytes = new Uint8Array(await response.arrayBuffer());
  await verifyModel(description, bytes);
  return { model: description, bytes };
}

/** The file of a model of the catalogue within the assets folder. */
function fileName({ id, source }: ModelDescription): string {
  switch (source.kind) {
    case 'package':
      return source.path;
    case 'url':
      return source.url.slice(source.url.lastIndexOf('/') + 1);
    case 'file':
      return `${id}.tflite`;
  }
}

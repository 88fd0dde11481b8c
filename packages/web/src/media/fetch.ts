import { findModel, type ModelDescription, parseModelDescription } from '@elsewhere/engine';
import { verifyModel } from '@elsewhere/engine/internal';
import { ASSETS } from '../assets.js';
import type { EngineRequest } from '../engine/protocol.js';
import { WebError } from '../errors.js';
import type { VideoModule } from './background.js';

/**
 * Fetches a file of the assets folder.
 *
 * @throws WebError `ASSET_MISSING` if it does not come.
 */
export async function fetchAsset(url: string): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url);
  } catch (cause) {
    throw missing(url, cause);
  }
  if (!response.ok) throw missing(url, new Error(`The server answers ${response.status}.`));
  return response;
}

/** Fetches and compiles WebAssembly, as it comes in where the server names its type. */
export async function compileAsset(url: string): Promise<WebAssembly.Module> {
  const response = await fetchAsset(url);
  try {
    if (response.headers.get('content-type') === 'application/wasm') {
      return await WebAssembly.compileStreaming(response);
    }
    return await WebAssembly.compile(await response.arrayBuffer());
  } catch (cause) {
    throw new WebError('ASSET_MISSING', `What the server gives for ${url} is not that file, or damaged.`, {
      cause,
    });
  }
}

/** The error of a file that is not there. */
export function missing(url: string, cause: unknown): WebError {
  return new WebError(
    'ASSET_MISSING',
    `${url} cannot be fetched. Copy the assets with 'npx elsewhere-assets FOLDER' and say where they are served: { assets: '/FOLDER/' }.`,
    { cause },
  );
}

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

/**
 * Loads what decodes videos. It is a script of its own: most pages show none.
 *
 * @param assets - The assets folder.
 * @throws WebError `ASSET_MISSING`.
 */
export async function loadVideoModule(assets: string): Promise<VideoModule> {
  const url = assets + ASSETS.video;
  try {
    return await import(url);
  } catch (cause) {
    throw missing(url, cause);
  }
}

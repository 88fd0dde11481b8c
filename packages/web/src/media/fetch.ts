import { findModel, type ModelDescription, parseModelDescription } from '@elsewhere/engine';
import { verifyModel } from '@elsewhere/engine/internal';
import { ASSETS } from '../assets.js';
import type { EngineRequest } from '../engine/protocol.js';
import { WebError } from '../errors.js';
import type { VideoModule } from './background.js';

/**
 * Fetches a file of the assets folder.
 *
 * @throws WebError `ASSET_MISSING` if it cannot be fetched.
 */
export async function fetchAsset(url: string): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url);
  } catch (cause) {
    throw missing(url, cause);
  }
  if (!response.ok) throw missing(url, new Error(`The server responded with ${response.status}.`));
  return response;
}

/** Fetches and compiles WebAssembly, while it is downloaded if the server sends its MIME type. */
export async function compileAsset(url: string): Promise<WebAssembly.Module> {
  const response = await fetchAsset(url);
  try {
    if (response.headers.get('content-type') === 'application/wasm') {
      return await WebAssembly.compileStreaming(response);
    }
    return await WebAssembly.compile(await response.arrayBuffer());
  } catch (cause) {
    throw new WebError('ASSET_MISSING', `The server's response for ${url} is another file, or damaged.`, {
      cause,
    });
  }
}

/** The error of a file that cannot be fetched. */
export function missing(url: string, cause: unknown): WebError {
  return new WebError(
    'ASSET_MISSING',
    `${url} cannot be fetched. Copy the assets with 'npx elsewhere-assets FOLDER' and say where they are served: { assets: '/FOLDER/' }.`,
    { cause },
  );
}

/** A model's file and description. */
export interface ModelFile {
  readonly model: ModelDescription;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * Fetches a model.
 *
 * @param assets - The assets folder.
 * @param model - Its id in the catalogue, or a custom model.
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

/** The file name of a catalogue's model in the assets folder. */
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
 * Loads the decoder of background videos. It is a script of its own, because most pages need none.
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

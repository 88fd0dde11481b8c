import { findModel, type ModelDescription, parseModelDescription } from '@elsewhere/engine';
import { ASSETS, LITERT_PREFIX } from '../assets.js';
import type { EngineRequest } from '../engine/protocol.js';
import { WebError } from '../errors.js';
import type { VideoModule } from './background.js';

/**
 * Fetches a file of the assets folder.
 *
 * @param cache - `reload`: from the server, whatever the browser has kept.
 * @throws WebError `ASSET_MISSING` if it cannot be fetched.
 */
export async function fetchAsset(url: string, cache: RequestCache = 'default'): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, { cache });
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
  const flag = url.slice(url.lastIndexOf('/') + 1).startsWith(LITERT_PREFIX) ? '--litert ' : '';
  return new WebError(
    'ASSET_MISSING',
    `${url} cannot be fetched. Copy the assets with 'npx elsewhere-assets ${flag}FOLDER' and say where they are served: { assets: '/FOLDER/' }.`,
    { cause },
  );
}

/** A model's file and description. */
export interface ModelFile {
  readonly model: ModelDescription;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * Fetches a model. Whoever makes a segmenter of it checks it.
 *
 * @param assets - The assets folder.
 * @param model - Its id in the catalogue, or a custom model.
 * @param cache - See {@link fetchAsset}.
 * @throws WebError `ASSET_MISSING`, or an EngineError `MODEL_UNKNOWN`, or `MODEL_INVALID` for its description.
 */
export async function fetchModel(
  assets: string,
  model: EngineRequest['model'],
  cache?: RequestCache,
): Promise<ModelFile> {
  const isCustom = typeof model !== 'string';
  const description = isCustom ? parseModelDescription(model.description) : findModel(model);
  const response = await fetchAsset(isCustom ? model.url : assets + fileName(description), cache);
  return { model: description, bytes: new Uint8Array(await response.arrayBuffer()) };
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
export function loadVideoModule(assets: string): Promise<VideoModule> {
  return importAsset(assets + ASSETS.video);
}

/**
 * Loads what runs networks on LiteRT. It is a script of its own, because few models need it.
 *
 * @param assets - The assets folder.
 * @throws WebError `ASSET_MISSING`.
 */
export function loadLiteRtModule(assets: string): Promise<typeof import('./litert.js')> {
  return importAsset(assets + ASSETS.litert);
}

async function importAsset<T>(url: string): Promise<T> {
  try {
    return await import(url);
  } catch (cause) {
    throw missing(url, cause);
  }
}

/**
 * Checks that WebAssembly can be compiled.
 *
 * @throws WebError `WASM_BLOCKED` if the policy forbids it.
 */
export function assertWasm(): void {
  try {
    new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]));
  } catch (cause) {
    throw new WebError(
      'WASM_BLOCKED',
      "WebAssembly is forbidden here: the Content-Security-Policy that worker.js is served with must have script-src 'self' 'wasm-unsafe-eval'.",
      { cause },
    );
  }
}

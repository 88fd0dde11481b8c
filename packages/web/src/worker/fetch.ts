import { WebError } from '../errors.js';

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

import { DEFAULT_MODEL } from '@elsewhere/engine';
import { assertBackend, type VirtualBackgroundOptions, type WebBackground } from '../options.js';
import type { EngineRequest, SentBackground } from './protocol.js';

type Loaded = Pick<VirtualBackgroundOptions, 'assets' | 'model' | 'keep' | 'backend'>;

/** The options that say what to load. */
type EngineChoice = { readonly [Name in keyof Loaded]: Loaded[Name] | undefined };

/** What the engine's worker has to load. */
export function engineRequest({
  assets,
  model = DEFAULT_MODEL,
  keep,
  backend = 'auto',
}: EngineChoice): EngineRequest {
  assertBackend(backend);
  return {
    assets: assetsFolder(assets),
    model:
      typeof model === 'string' ? model : { description: model.description, url: absoluteUrl(model.url) },
    keep,
    backend,
    onlyPlaceholders: false,
  };
}

/** A background for a worker, where URLs relative to the page have no meaning. */
export function resolveBackground(background: WebBackground): SentBackground {
  if (background?.type !== 'image' && background?.type !== 'video') return background;
  const { source } = background;
  if (typeof source !== 'string' && !(source instanceof URL)) return background;
  return { ...background, source: absoluteUrl(source) };
}

/**
 * Resolves the assets folder.
 *
 * @param assets - As given by the caller, relative to the page. Default: the folder `assets/` of this package's `dist`.
 * @returns Its absolute URL, with a slash at its end.
 */
function assetsFolder(assets: string | URL | undefined): string {
  // Not `new URL('...', import.meta.url)` as one expression: bundlers would take it for a file to bundle.
  const module = import.meta.url;
  const folder = assets === undefined ? new URL('../assets/', module).href : absoluteUrl(assets);
  return folder.endsWith('/') ? folder : `${folder}/`;
}

/** Resolves a URL relative to the page. */
function absoluteUrl(url: string | URL): string {
  return new URL(url, globalThis.document?.baseURI ?? globalThis.location?.href).href;
}

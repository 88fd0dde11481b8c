import { DEFAULT_MODEL } from '@elsewhere/engine';
import { absolute, assetsFolder } from './addresses.js';
import type { EngineRequest, SentBackground } from './messages.js';
import { assertBackend, type VirtualBackgroundOptions, type WebBackground } from './options.js';

/** What a worker has to load. */
export function engineRequest({
  assets,
  model = DEFAULT_MODEL,
  keep,
  backend = 'auto',
}: Pick<VirtualBackgroundOptions, 'assets' | 'model' | 'keep' | 'backend'>): EngineRequest {
  assertBackend(backend);
  return {
    assets: assetsFolder(assets),
    model: typeof model === 'string' ? model : { description: model.description, url: absolute(model.url) },
    keep,
    backend,
    onlyPlaceholders: false,
  };
}

/** A background as it goes to the worker, where relative addresses mean nothing. */
export function sendBackground(background: WebBackground): SentBackground {
  if (background?.type !== 'image' && background?.type !== 'video') return background;
  const { source } = background;
  if (typeof source !== 'string' && !(source instanceof URL)) return background;
  return { ...background, source: absolute(source) };
}

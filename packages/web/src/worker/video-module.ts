import { ASSETS } from '../assets.js';
import type { VideoModule } from './background.js';
import { missing } from './fetch.js';

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

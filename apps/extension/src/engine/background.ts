import { renderBackground } from '@elsewhere/gallery';
import type { SentBackground } from '@elsewhere/web/internal';
import { type Choice, DEFAULT_SETTINGS, readImage, type Settings } from '../settings.js';

/**
 * The engine's background on a site.
 *
 * @param settings - What the user has set.
 * @param site - The page's origin. Where the user has switched Elsewhere off, the camera is shown as it is.
 */
export async function backgroundOf(settings: Settings, site: string): Promise<SentBackground> {
  return settings.sites.includes(site) ? chosenBackground(settings.background) : { type: 'none' };
}

/** The engine's background for a choice; the default one if it no longer exists. */
export async function chosenBackground(choice: Choice): Promise<SentBackground> {
  switch (choice.kind) {
    case 'blur':
    case 'bokeh':
      return { type: choice.kind, strength: choice.strength };
    case 'color':
      return { type: 'color', color: choice.color };
    case 'drawn': {
      const source = await renderBackground(choice.id);
      return source ? { type: 'image', source } : chosenBackground(DEFAULT_SETTINGS.background);
    }
    case 'own': {
      const image = await readImage(choice.id);
      if (!image) return chosenBackground(DEFAULT_SETTINGS.background);
      return { type: 'image', source: await (await fetch(image.url)).blob() };
    }
  }
}

import { DRAWN_BACKGROUNDS, renderImage } from '@elsewhere/gallery';
import type { SentBackground } from '@elsewhere/web/internal';
import { type Choice, DEFAULT_SETTINGS, readImage } from '../settings.js';

/** The size in which backgrounds are drawn; the engine fits them to the frame. */
const DRAWN_SIZE = { width: 1920, height: 1080 } as const;

/** The engine's background for a choice; the default one if it no longer exists. */
export async function chosenBackground(choice: Choice): Promise<SentBackground> {
  switch (choice.kind) {
    case 'blur':
    case 'bokeh':
      return { type: choice.kind, strength: choice.strength };
    case 'color':
      return { type: 'color', color: choice.color };
    case 'drawn': {
      const background = DRAWN_BACKGROUNDS.find(({ id }) => id === choice.id);
      if (!background) return chosenBackground(DEFAULT_SETTINGS.background);
      return { type: 'image', source: await renderImage(background, DRAWN_SIZE.width, DRAWN_SIZE.height) };
    }
    case 'own': {
      const image = await readImage(choice.id);
      if (!image) return chosenBackground(DEFAULT_SETTINGS.background);
      return { type: 'image', source: await (await fetch(image.url)).blob() };
    }
  }
}

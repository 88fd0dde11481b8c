import { DRAWN_BACKGROUNDS, renderImage } from '@elsewhere/gallery';
import type { WebBackground } from '@elsewhere/web';
import { type Choice, isChoice, upgradeChoice } from './choice.js';
import { ownBackgrounds, ownBackgroundsLoaded } from './own-backgrounds.js';
import { stored } from './stored.js';

/** The size in which backgrounds are drawn; the engine fits them to the frame. */
const DRAWN_SIZE = { width: 1920, height: 1080 } as const;

/** The default choice. */
export const FIRST_CHOICE: Choice = { kind: 'blur', strength: 0.6 };

/** The chosen background. */
export const choice = stored<Choice>('background', FIRST_CHOICE, isChoice, upgradeChoice);

/**
 * Converts a choice to the engine's background.
 *
 * @returns The background, or the default one if a drawn background or a file no longer exists.
 */
export async function backgroundOf(choice: Choice): Promise<WebBackground> {
  switch (choice.kind) {
    case 'none':
    case 'transparent':
      return { type: choice.kind };
    case 'blur':
    case 'bokeh':
      return { type: choice.kind, strength: choice.strength };
    case 'color':
      return { type: 'color', color: choice.color };
    case 'drawn': {
      const background = DRAWN_BACKGROUNDS.find(({ id }) => id === choice.id);
      if (!background) return backgroundOf(FIRST_CHOICE);
      return { type: 'image', source: await renderImage(background, DRAWN_SIZE.width, DRAWN_SIZE.height) };
    }
    case 'own': {
      await ownBackgroundsLoaded;
      const own = ownBackgrounds.value.find(({ id }) => id === choice.id);
      return own ? { type: own.type, source: own.blob } : backgroundOf(FIRST_CHOICE);
    }
  }
}

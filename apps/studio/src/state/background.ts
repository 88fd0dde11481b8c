import type { WebBackground } from '@elsewhere/web';
import { PLACES, renderPlace } from '../places/index.js';
import { type Choice, isChoice } from './choice.js';
import { ownBackgrounds, ownBackgroundsLoaded } from './own-backgrounds.js';
import { stored } from './stored.js';

/** The size in which places are drawn: the engine makes it fit. */
const PLACE_SIZE = { width: 1920, height: 1080 } as const;

/** The one that people begin with. */
export const FIRST_CHOICE: Choice = { kind: 'blur', strength: 0.6 };

/** The chosen background. */
export const choice = stored<Choice>('background', FIRST_CHOICE, isChoice);

/**
 * Makes of a choice what the engine takes.
 *
 * @returns The background; the first one that was ever shown where a place or picture is gone.
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
    case 'place': {
      const place = PLACES.find(({ id }) => id === choice.id);
      if (!place) return backgroundOf(FIRST_CHOICE);
      return { type: 'image', source: await renderPlace(place, PLACE_SIZE.width, PLACE_SIZE.height) };
    }
    case 'own': {
      await ownBackgroundsLoaded;
      const own = ownBackgrounds.value.find(({ id }) => id === choice.id);
      return own ? { type: own.type, source: own.blob } : backgroundOf(FIRST_CHOICE);
    }
  }
}

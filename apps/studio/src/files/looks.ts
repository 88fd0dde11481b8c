import type { Choice } from '../state/choice.js';
import { colorMatch, edgeSoftness, lightWrap } from '../state/options.js';

/** How a recording's person looks before a background: what is set for the camera, as far as files know it. */
export function looksOf({ kind }: Choice) {
  // Light spills from pictures only.
  const isPicture = kind === 'place' || kind === 'own';
  return {
    lightWrap: isPicture ? lightWrap.value : 0,
    colorMatch: colorMatch.value,
    edgeSoftness: edgeSoftness.value,
  };
}

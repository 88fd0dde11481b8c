import { type Choice, isPicture } from './choice.js';
import { colorMatch, edgeSoftness, lightWrap } from './options.js';

/** How a person looks before a background, live and in files. */
export function looksOf(choice: Choice) {
  return {
    lightWrap: isPicture(choice) ? lightWrap.value : 0,
    colorMatch: colorMatch.value,
    edgeSoftness: edgeSoftness.value,
  };
}

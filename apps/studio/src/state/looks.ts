import { type Choice, isImageOrVideo } from './choice.js';
import { colorMatch, edgeSoftness, lightWrap } from './options.js';

/** The options of the composition for a background, live and in files. */
export function looksOf(choice: Choice) {
  return {
    lightWrap: isImageOrVideo(choice) ? lightWrap.value : 0,
    colorMatch: colorMatch.value,
    edgeSoftness: edgeSoftness.value,
  };
}

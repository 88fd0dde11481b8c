import type { LiveOptions } from '../../src/options.js';

/** For each live option a valid value that is not its default. A new option does not compile before it has one. */
export const OTHER_VALUES: Required<LiveOptions> = {
  quality: 'low',
  lightWrap: 0.7,
  colorMatch: 0.5,
  edgeSoftness: 0.2,
  brightness: -0.5,
  warmth: 0.5,
  zoom: 1.5,
  follow: true,
  stage: 'matte',
  mirror: true,
  maxSize: { width: 640, height: 360 },
  maxFrameRate: 15,
  whenUnavailable: 'freeze',
};

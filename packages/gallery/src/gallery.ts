import { beach } from './beach.js';
import { curtain } from './curtain.js';
import type { DrawnBackground } from './drawn-background.js';
import { garden } from './garden.js';
import { library } from './library.js';
import { loft } from './loft.js';
import { mountains } from './mountains.js';
import { night } from './night.js';
import { office } from './office.js';
import { rain } from './rain.js';
import { snow } from './snow.js';
import { studio } from './studio.js';
import { sunlit } from './sunlit.js';

/** All drawn backgrounds, in the order in which they are shown. */
export const DRAWN_BACKGROUNDS: readonly DrawnBackground[] = [
  office,
  sunlit,
  loft,
  library,
  rain,
  night,
  garden,
  mountains,
  beach,
  snow,
  studio,
  curtain,
];

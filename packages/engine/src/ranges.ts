import { EngineError } from './errors.js';
import type { PictureSize } from './frame/intake.js';

/** Where the numbers of `PipelineSettings` have to lie. */
const RANGES = {
  lightWrap: [0, 1],
  colorMatch: [0, 1],
  edgeSoftness: [0, 1],
  brightness: [-1, 1],
  warmth: [-1, 1],
  zoom: [1, 4],
} as const;

/** The settings whose numbers are checked. */
type Numbers = Readonly<Record<keyof typeof RANGES, number | undefined>> & {
  readonly maxSize: PictureSize | undefined;
};

/**
 * Checks the numbers of settings.
 *
 * @param settings - The numbers; those that are undefined are left to their defaults.
 * @throws {@link EngineError} `OPTION_INVALID` that names the first one that is out of range.
 */
export function assertRanges(settings: Numbers): void {
  for (const [name, [least, most]] of Object.entries(RANGES)) {
    const value = settings[name as keyof typeof RANGES];
    if (value === undefined || (value >= least && value <= most)) continue;
    throw new EngineError(
      'OPTION_INVALID',
      `The option ${name} lies between ${least} and ${most}, ${value} does not.`,
    );
  }
  const { maxSize } = settings;
  if (maxSize !== undefined && !(isSide(maxSize.width) && isSide(maxSize.height))) {
    throw new EngineError(
      'OPTION_INVALID',
      'The option maxSize has a width and a height of at least 2 whole pixels.',
    );
  }
}

function isSide(value: number): boolean {
  return Number.isInteger(value) && value >= 2;
}

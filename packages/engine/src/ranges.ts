import { EngineError } from './errors.js';

/** Where the numbers of `PipelineSettings` have to lie. */
const RANGES = {
  lightWrap: [0, 1],
  colorMatch: [0, 1],
  edgeSoftness: [0, 1],
  brightness: [-1, 1],
  warmth: [-1, 1],
  zoom: [1, 4],
} as const;

/**
 * Checks the numbers of settings.
 *
 * @param settings - The numbers; those that are undefined are left to their defaults.
 * @throws {@link EngineError} `OPTION_INVALID` that names the first one that is out of range.
 */
export function assertRanges(settings: Readonly<Record<keyof typeof RANGES, number | undefined>>): void {
  for (const [name, [least, most]] of Object.entries(RANGES)) {
    const value = settings[name as keyof typeof RANGES];
    if (value === undefined || (value >= least && value <= most)) continue;
    throw new EngineError(
      'OPTION_INVALID',
      `The option ${name} lies between ${least} and ${most}, ${value} does not.`,
    );
  }
}

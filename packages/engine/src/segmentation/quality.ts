/**
 * How closely to look, from the lightest rung to the heaviest: see {@link PipelineSettings.quality}.
 */
export type Quality = 'light' | 'fast' | 'balanced' | 'best' | 'finest';

/** All of them, the lightest first. */
export const QUALITIES: readonly Quality[] = ['light', 'fast', 'balanced', 'best', 'finest'];

/** Whether it looks closely at the region where people are. */
export function looksAtRegions(quality: Quality): boolean {
  return quality !== 'light' && quality !== 'fast';
}

/** Whether it asks both networks, each twice. */
export function asksBoth(quality: Quality): boolean {
  return quality === 'best' || quality === 'finest';
}

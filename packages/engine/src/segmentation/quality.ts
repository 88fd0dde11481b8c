/**
 * How much work goes into finding the person, one ordered scale: see `PipelineSettings.quality`.
 */
export type Quality = 'lowest' | 'low' | 'medium' | 'high' | 'highest';

/** All quality levels, the cheapest first. */
export const QUALITIES: readonly Quality[] = ['lowest', 'low', 'medium', 'high', 'highest'];

/** Whether the networks look at a region of interest instead of the whole frame. */
export function usesRegions(quality: Quality): boolean {
  return quality !== 'lowest' && quality !== 'low';
}

/** Whether both networks run on each frame and their outputs are fused. */
export function runsBothNetworks(quality: Quality): boolean {
  return quality === 'high' || quality === 'highest';
}

/** Whether each network also runs on the mirrored input. */
export function runsMirrored(quality: Quality): boolean {
  return quality === 'highest';
}

import { DEFAULT_MODEL } from '@elsewhere/engine';
import type { ConvertSettings } from '../options.js';

/**
 * Why a conversion cannot run on the GPU; `undefined` if it can.
 *
 * @param settings - What the conversion does.
 */
export function obstacleToGpu(settings: ConvertSettings): string | undefined {
  const { model = DEFAULT_MODEL, mask = 'soft', stage = 'composite' } = settings;
  if (model !== DEFAULT_MODEL)
    return `The GPU backend supports the model ${DEFAULT_MODEL} only, not ${model}: use the CPU.`;
  if (mask !== 'soft') return `The GPU backend supports soft edges only: use the CPU for ${mask} edges.`;
  if (stage !== 'composite')
    return `The GPU backend supports the stage composite only: use the CPU for the stage ${stage}.`;
  return undefined;
}

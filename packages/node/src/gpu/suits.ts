import { DEFAULT_MODEL } from '@elsewhere/engine';
import type { PipelineSettings } from '../pipeline.js';

/**
 * Why the GPU cannot do what is asked; `undefined` if it can.
 *
 * @param settings - What is asked.
 */
export function obstacleToGpu(settings: PipelineSettings): string | undefined {
  const { model = DEFAULT_MODEL, mask = 'soft', stage = 'composite', without = [] } = settings;
  if (model !== DEFAULT_MODEL)
    return `The GPU runs the model ${DEFAULT_MODEL} only, not ${model}: use the CPU.`;
  if (mask !== 'soft') return `The GPU makes soft edges only: use the CPU for ${mask} ones.`;
  if (stage !== 'composite') return `The GPU shows the result only: use the CPU for the stage ${stage}.`;
  if (without.length > 0)
    return `The GPU leaves no refinement out: use the CPU without ${without.join(', ')}.`;
  return undefined;
}

import { EngineError } from '../errors.js';

/** Used if the adapter has them: half floats and subgroups for the networks, timestamps for the statistics. */
const FEATURES = ['shader-f16', 'subgroups', 'timestamp-query'] as const;

/** Limits that the networks may need beyond the guaranteed ones. */
const LIMITS = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxTextureDimension2D',
] as const;

/**
 * Opens a device that has what the pipeline and its networks use.
 *
 * @param gpu - `navigator.gpu`, or what Dawn for Node gives.
 * @returns The device, to be destroyed by the caller.
 * @throws `EngineError` `GPU_UNAVAILABLE` if there is none.
 *
 * @example
 * ```ts
 * const device = await openDevice(navigator.gpu);
 * console.log(device.label); // elsewhere
 * device.destroy();
 * ```
 */
export async function openDevice(gpu: GPU | undefined): Promise<GPUDevice> {
  try {
    const adapter = await gpu?.requestAdapter({ powerPreference: 'high-performance' });
    if (adapter) {
      return await adapter.requestDevice({
        label: 'elsewhere',
        requiredFeatures: FEATURES.filter((feature) => adapter.features.has(feature)),
        requiredLimits: Object.fromEntries(LIMITS.map((limit) => [limit, adapter.limits[limit]])),
      });
    }
  } catch (cause) {
    throw new EngineError('GPU_UNAVAILABLE', 'The GPU cannot be opened: use the CPU.', { cause });
  }
  throw new EngineError('GPU_UNAVAILABLE', 'There is no GPU that can be used here: use the CPU.');
}

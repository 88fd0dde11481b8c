import { CLOSE_MODEL, DEFAULT_MODEL, Pipeline } from '@elsewhere/engine';
import { createGpuBackend, type GpuFrame, type GpuSegmenter, type GpuSink } from '@elsewhere/engine/gpu';
import { createGpuSegmenter, PIPELINE_OPTIONS, usesRegions } from '@elsewhere/engine/internal';
import { importLiteRt } from '../litert-package.js';
import { loadModel } from '../model-store.js';
import type { NodePipelineOptions } from '../options.js';
import { loadKernels } from '../pipeline.js';

/** The options that the GPU backend supports. */
export type GpuPipelineSettings = Omit<NodePipelineOptions, 'model' | 'keep' | 'mask' | 'without' | 'stage'>;

/**
 * Creates a pipeline that processes frames on the GPU, with the default model.
 *
 * @param device - From {@link openGpu}; owned by the caller.
 * @param sink - Takes the outputs; owned by the caller.
 * @param settings - What it does with each frame, and the background to begin with (default `{ type: 'blur' }`).
 * @returns The pipeline, to be disposed of by the caller.
 * @throws `EngineError` as for the CPU; `GPU_UNAVAILABLE` if the networks cannot run on this GPU.
 */
export async function createGpuPipeline<Output>(
  device: GPUDevice,
  sink: GpuSink<Output>,
  settings: GpuPipelineSettings = {},
): Promise<Pipeline<GpuFrame, Awaited<Output>>> {
  const kernels = await loadKernels();
  const segmenter = await loadSegmenter(device, DEFAULT_MODEL);
  try {
    const closeSegmenter = usesRegions(settings.quality ?? PIPELINE_OPTIONS.quality.default)
      ? await loadSegmenter(device, CLOSE_MODEL)
      : undefined;
    const networks = { segmenter, ...(closeSegmenter && { closeSegmenter }) };
    const { search = 'sparse', ...rest } = settings;
    return Pipeline.create({
      ...rest,
      backend: createGpuBackend({ device, kernels, sink, search, ...networks }),
    });
  } catch (error) {
    segmenter.dispose();
    throw error;
  }
}

async function loadSegmenter(device: GPUDevice, name: string): Promise<GpuSegmenter> {
  const options = { device, ...(await loadModel(name)) };
  return createGpuSegmenter(options, async (unsupported) => {
    const litert = await importLiteRt(name, unsupported);
    return litert.createLiteRtGpuSegmenter({ runtime: await litert.loadLiteRtInNode(), ...options });
  });
}

import { EngineError } from '@elsewhere/engine';
import { openDevice } from '@elsewhere/engine/gpu';

/** What is used of the package `webgpu`: Dawn, Chromium's WebGPU, for Node. */
interface Dawn {
  create(options: readonly string[]): GPU;
  readonly globals: object;
}

/** An optional peer dependency of 130 MB. */
const PACKAGE = 'webgpu';

/** Kept, because Dawn destroys its devices when this object is garbage-collected. */
let dawn: GPU | undefined;

/**
 * Opens the GPU.
 *
 * @returns A device, to be destroyed by the caller.
 * @throws `EngineError` `GPU_UNAVAILABLE` if the package `webgpu` is not installed, or if there is no GPU.
 */
export async function openGpu(): Promise<GPUDevice> {
  dawn ??= await loadDawn();
  return openDevice(dawn);
}

async function loadDawn(): Promise<GPU> {
  try {
    const { create, globals } = (await import(PACKAGE)) as Dawn;
    // LiteRT tests buffers with `instanceof GPUBuffer`, and the shaders' code uses WebGPU's constants. The globals stay; convert()
    // opens the GPU in its own thread.
    Object.assign(globalThis, globals);
    return create([]);
  } catch (cause) {
    const isMissing = (cause as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND';
    throw new EngineError(
      'GPU_UNAVAILABLE',
      isMissing
        ? `The GPU backend needs the package ${PACKAGE}: run npm install ${PACKAGE}.`
        : `The package ${PACKAGE} cannot be loaded on this system: use the CPU.`,
      { cause },
    );
  }
}

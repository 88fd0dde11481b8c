import { EngineError } from '@elsewhere/engine';
import { openDevice } from '@elsewhere/engine/gpu';

/** What of the package `webgpu` is used: Dawn, Chromium's WebGPU, for Node. */
interface Dawn {
  create(options: readonly string[]): GPU;
  readonly globals: object;
}

/** An optional package: it is large, and nothing but this needs it. */
const PACKAGE = 'webgpu';

/** Dawn ends, and takes its devices with it, when what it was made by is collected. */
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
    Object.assign(globalThis, globals); // LiteRT asks whether a buffer is a `GPUBuffer`
    return create([]);
  } catch (cause) {
    const isMissing = (cause as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND';
    throw new EngineError(
      'GPU_UNAVAILABLE',
      isMissing
        ? `The GPU needs the package ${PACKAGE} (npm install ${PACKAGE}).`
        : `The package ${PACKAGE} cannot be loaded: use the CPU.`,
      { cause },
    );
  }
}

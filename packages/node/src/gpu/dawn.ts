import { EngineError } from '@elsewhere/engine';
import { openDevice } from '@elsewhere/engine/gpu';
import { type ProbedGpu, probeGpu } from './probe.js';

/** What is used of the package `webgpu`: Dawn, Chromium's WebGPU, for Node. */
interface Dawn {
  create(options: readonly string[]): GPU;
  readonly globals: object;
}

/** An optional peer dependency of 130 MB. */
const PACKAGE = 'webgpu';

/** Kept, because Dawn destroys its devices when this object is garbage-collected. */
let dawn: GPU | undefined;

let probed: Promise<ProbedGpu> | undefined;

/**
 * Opens the GPU.
 *
 * @param allowsSoftware - Whether to open one that the processor emulates. Default: yes.
 * @returns A device, to be destroyed by the caller.
 * @throws `EngineError` `GPU_UNAVAILABLE` if the package `webgpu` is not installed, or if there is no GPU.
 */
export async function openGpu(allowsSoftware = true): Promise<GPUDevice> {
  probed ??= probeGpu(resolvePackage());
  const found = await probed;
  if (found === 'none' || (found === 'software' && !allowsSoftware))
    throw new EngineError('GPU_UNAVAILABLE', 'There is no GPU that can be used here: use the CPU.');
  dawn ??= await loadDawn();
  return openDevice(dawn);
}

function resolvePackage(): string {
  try {
    return import.meta.resolve(PACKAGE);
  } catch (cause) {
    throw new EngineError(
      'GPU_UNAVAILABLE',
      `The GPU backend needs the package ${PACKAGE}: run npm install ${PACKAGE}.`,
      { cause },
    );
  }
}

async function loadDawn(): Promise<GPU> {
  try {
    const { create, globals } = (await import(PACKAGE)) as Dawn;
    // LiteRT tests buffers with `instanceof GPUBuffer`, and the shaders' code uses WebGPU's constants. The globals stay; convert()
    // opens the GPU in its own thread.
    Object.assign(globalThis, globals);
    return create([]);
  } catch (cause) {
    throw new EngineError(
      'GPU_UNAVAILABLE',
      `The package ${PACKAGE} cannot be loaded on this system: use the CPU.`,
      { cause },
    );
  }
}

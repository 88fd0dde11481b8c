import { type Kernels, loadKernels } from '../kernels/kernels.js';

/** What every backend is made of. */
interface Parts {
  readonly kernels: WebAssembly.Module | BufferSource;
  readonly segmenter: Disposing;
  readonly closeSegmenter?: Disposing;
}

interface Disposing {
  dispose(): void;
}

/**
 * Creates a backend, which owns its networks: they are disposed of even if it cannot be created.
 *
 * @param parts - Its kernels and networks.
 * @param create - Creates it with the loaded kernels.
 */
export async function createWithKernels<Backend>(
  { kernels, segmenter, closeSegmenter }: Parts,
  create: (kernels: Kernels) => Backend,
): Promise<Backend> {
  try {
    return create(await loadKernels(kernels));
  } catch (error) {
    segmenter.dispose();
    closeSegmenter?.dispose();
    throw error;
  }
}

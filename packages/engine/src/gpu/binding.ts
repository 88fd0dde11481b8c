import type { ShaderName } from './compiler.js';
import type { BoundKernel, Kernel, Resource } from './kernel.js';

/** So many sets of resources are kept: those of two textures that take turns, and of what they are combined with. */
const KEPT = 4;

interface Bound {
  readonly resources: readonly Resource[];
  readonly kernel: BoundKernel;
}

/** A kernel whose resources change from frame to frame: bind groups are cached, so that a new one is made only for new resources. */
export class Binding<Name extends ShaderName = ShaderName> {
  readonly kernel: Kernel<Name>;
  readonly #bound: Bound[] = [];

  /**
   * @param kernel - The kernel.
   */
  constructor(kernel: Kernel<Name>) {
    this.kernel = kernel;
  }

  /**
   * The kernel on certain resources.
   *
   * @param resources - In the order of their bindings, from 1 on.
   */
  to(...resources: readonly Resource[]): BoundKernel {
    for (const bound of this.#bound) if (isEach(bound.resources, resources)) return bound.kernel;
    const kernel = this.kernel.bind(Object.fromEntries(resources.map((each, i) => [i + 1, each])));
    if (this.#bound.length === KEPT) this.#bound.shift();
    this.#bound.push({ resources, kernel });
    return kernel;
  }

  /** Frees the memory. */
  dispose(): void {
    this.kernel.dispose();
  }
}

function isEach(some: readonly Resource[], others: readonly Resource[]): boolean {
  for (let i = 0; i < others.length; i++) if (some[i] !== others[i]) return false;
  return true;
}

/** The methods of a device that are counted and can be replaced. */
type Method =
  | 'createBuffer'
  | 'createTexture'
  | 'createBindGroup'
  | 'createShaderModule'
  | 'createComputePipelineAsync'
  | 'createRenderPipelineAsync'
  | 'createCommandEncoder'
  | 'submit';

const METHODS: ReadonlySet<string> = new Set<Method>([
  'createBuffer',
  'createTexture',
  'createBindGroup',
  'createShaderModule',
  'createComputePipelineAsync',
  'createRenderPipelineAsync',
  'createCommandEncoder',
  'submit',
]);

/** Replaces or wraps a call. */
type Trap = (go: (...args: unknown[]) => unknown, args: readonly unknown[]) => unknown;

/** A device that counts what is created on it, and on which a call can be replaced to inject a fault. */
export class InstrumentedDevice {
  /** The device to use. */
  readonly device: GPUDevice;
  readonly #counts = new Map<string, number>();
  /** Buffers and textures that have been created and not destroyed. */
  #living = 0;
  #trap: { readonly method: Method; left: number; readonly act: Trap } | undefined;

  constructor(real: GPUDevice) {
    const queue = this.#instrument(real.queue);
    this.device = new Proxy(this.#instrument(real), {
      get: (target, name) => (name === 'queue' ? queue : Reflect.get(target, name)),
    });
  }

  /** The number of living buffers and textures. */
  get living(): number {
    return this.#living;
  }

  /** How often a method has been called since the previous call of this one. */
  calls(method: Method): number {
    const count = this.#counts.get(method) ?? 0;
    this.#counts.set(method, 0);
    return count;
  }

  /** Replaces one of the next calls of a method; the first is number 0. */
  intercept(method: Method, number: number, act: Trap): void {
    this.#trap = { method, left: number, act };
  }

  /** Whether the intercepted call has been made. Ends the interception. */
  release(): boolean {
    const hasCome = this.#trap === undefined;
    this.#trap = undefined;
    return hasCome;
  }

  #instrument<T extends object>(real: T): T {
    return new Proxy(real, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        const go = value.bind(target) as (...args: unknown[]) => unknown;
        return METHODS.has(String(name)) ? (...args: unknown[]) => this.#call(name as Method, go, args) : go;
      },
    });
  }

  #call(method: Method, go: (...args: unknown[]) => unknown, args: readonly unknown[]): unknown {
    this.#counts.set(method, (this.#counts.get(method) ?? 0) + 1);
    let act: Trap = () => go(...args);
    if (this.#trap?.method === method && this.#trap.left-- === 0) {
      ({ act } = this.#trap);
      this.#trap = undefined;
    }
    const result = act(go, args);
    if (method === 'createBuffer' || method === 'createTexture')
      this.#follow(result as GPUBuffer | GPUTexture);
    return result;
  }

  #follow(made: GPUBuffer | GPUTexture): void {
    const destroy = made.destroy.bind(made);
    let lives = true;
    this.#living++;
    made.destroy = () => {
      if (lives) this.#living--;
      lives = false;
      destroy();
      return undefined;
    };
  }
}

import { type Compilation, type Constants, ShaderCompiler, type ShaderName } from './compiler.js';
import { BUFFER } from './memory.js';
import { LAYOUTS, type ShaderParameters } from './shaders.js';

/** The parameters of a shader, by the names that they have in its struct. */
export type ParametersOf<Name extends ShaderName> = Name extends keyof ShaderParameters
  ? ShaderParameters[Name]
  : never;

/** Where a shader's parameters are in its uniform. */
interface Layout {
  readonly floats: number;
  /** The entry points that use them. */
  readonly entries: readonly string[];
  /** In floats. */
  readonly offsets: Readonly<Record<string, number>>;
}

const layouts: Readonly<Partial<Record<ShaderName, Layout>>> = LAYOUTS;

/** How a {@link Kernel} is made. */
export interface KernelOptions {
  /** The entry point. Default `main`. */
  readonly entry?: string;
  /** Values of the shader's `override` constants, so that both backends take their numbers from one place. */
  readonly constants?: Constants;
}

/** What a shader reads and writes. */
export type Resource = GPUBuffer | GPUTextureView | GPUSampler | GPUExternalTexture;

/**
 * A compute shader with parameters of its own, in a uniform at binding 0. It is compiled in the background: wait for
 * {@link ShaderCompiler.compiled} before it runs.
 */
export class Kernel<Name extends ShaderName = ShaderName> {
  readonly #device: GPUDevice;
  readonly #compilation: Compilation<GPUComputePipeline>;
  /** Where each parameter is. */
  readonly #offsets: readonly (readonly [name: string, offset: number])[];
  readonly #parameters: Float32Array<ArrayBuffer>;
  /** What the device knows. */
  readonly #sent: Float32Array<ArrayBuffer>;
  readonly #uniform: GPUBuffer | undefined;

  /**
   * @param device - Where it runs.
   * @param name - Of the WGSL file.
   * @param options - Its entry point and constants.
   */
  constructor(device: GPUDevice, name: Name, options: KernelOptions = {}) {
    const { entry = 'main', constants = {} } = options;
    this.#device = device;
    this.#compilation = ShaderCompiler.of(device).compute(name, entry, constants);
    const layout = layouts[name];
    const { floats, offsets } = layout?.entries.includes(entry) ? layout : { floats: 0, offsets: {} };
    this.#offsets = Object.entries(offsets);
    this.#parameters = new Float32Array(floats);
    this.#sent = new Float32Array(floats).fill(Number.NaN);
    if (floats > 0) {
      const usage = BUFFER.UNIFORM | BUFFER.COPY_DST;
      this.#uniform = device.createBuffer({ label: `${name} parameters`, size: floats * 4, usage });
    }
  }

  /**
   * Writes the parameters, and sends them if they have changed. They hold for everything that is submitted from now on, also
   * if it was encoded before.
   */
  write(parameters: ParametersOf<Name>): void {
    if (!this.#uniform) return;
    const values: Readonly<Record<string, number | readonly number[]>> = parameters;
    for (const [name, offset] of this.#offsets) {
      const value = values[name] ?? Number.NaN;
      if (typeof value === 'number') this.#parameters[offset] = value;
      else this.#parameters.set(value, offset);
    }
    if (!this.#hasChanged()) return;
    this.#device.queue.writeBuffer(this.#uniform, 0, this.#parameters);
    this.#sent.set(this.#parameters);
  }

  #hasChanged(): boolean {
    for (let i = 0; i < this.#sent.length; i++) if (this.#parameters[i] !== this.#sent[i]) return true;
    return false;
  }

  /**
   * Names what it works on.
   *
   * @param resources - By their binding, from 1 on; each must be used by the entry point.
   */
  bind(resources: Readonly<Record<number, Resource>>): BoundKernel {
    const entries: GPUBindGroupEntry[] = Object.entries(resources).map(([binding, resource]) => ({
      binding: Number(binding),
      resource: 'mapState' in resource ? { buffer: resource } : resource,
    }));
    if (this.#uniform) entries.push({ binding: 0, resource: { buffer: this.#uniform } });
    return new BoundKernel(this.#compilation, (layout) => this.#device.createBindGroup({ layout, entries }));
  }

  /** Frees the memory. */
  dispose(): void {
    this.#uniform?.destroy();
  }
}

/** A kernel and what it works on. */
export class BoundKernel {
  readonly #compilation: Compilation<GPUComputePipeline>;
  readonly #createGroup: (layout: GPUBindGroupLayout) => GPUBindGroup;
  /** Created when it runs for the first time: only a compiled pipeline has a layout. */
  #group: GPUBindGroup | undefined;

  /**
   * @param compilation - The shader.
   * @param createGroup - Creates the group of what it works on.
   */
  constructor(
    compilation: Compilation<GPUComputePipeline>,
    createGroup: (layout: GPUBindGroupLayout) => GPUBindGroup,
  ) {
    this.#compilation = compilation;
    this.#createGroup = createGroup;
  }

  /**
   * Runs it, when it is compiled.
   *
   * @param pass - Where; what comes later in it sees the result.
   * @param x - How many workgroups.
   * @param y - How many workgroups. Default 1.
   */
  run(pass: GPUComputePassEncoder, x: number, y = 1): void {
    const { pipeline } = this.#compilation;
    this.#group ??= this.#createGroup(pipeline.getBindGroupLayout(0));
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, this.#group);
    pass.dispatchWorkgroups(x, y);
  }
}

/** How many workgroups of `size` it takes for `count`. */
export function groups(count: number, size: number): number {
  return Math.ceil(count / size);
}

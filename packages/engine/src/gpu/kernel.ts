import { BUFFER } from './memory.js';
import { LAYOUTS, SHADERS, type ShaderParameters } from './shaders.js';

/** The name of a WGSL file: its path in `src`, without the ending. */
export type ShaderName = keyof typeof SHADERS;

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
  readonly constants?: Readonly<Record<string, number>>;
}

/** What a shader reads and writes. */
export type Resource = GPUBuffer | GPUTextureView | GPUSampler | GPUExternalTexture;

/** Shader modules and pipelines are compiled once a device. */
interface Cache {
  readonly modules: Map<string, GPUShaderModule>;
  readonly pipelines: Map<string, GPUComputePipeline>;
  /** Pipelines with which nothing has gone well yet: they may be broken, and nothing but a failure tells. */
  readonly unproven: Set<string>;
}

const caches = new WeakMap<GPUDevice, Cache>();

function cacheOf(device: GPUDevice): Cache {
  let cache = caches.get(device);
  if (!cache) {
    cache = { modules: new Map(), pipelines: new Map(), unproven: new Set() };
    caches.set(device, cache);
  }
  return cache;
}

/** All has gone well: what is compiled works. */
export function trustCompiled(device: GPUDevice): void {
  cacheOf(device).unproven.clear();
}

/** Something has gone wrong: what was not known to work is compiled anew. */
export function distrustCompiled(device: GPUDevice): void {
  const { pipelines, unproven } = cacheOf(device);
  for (const key of unproven) pipelines.delete(key);
  unproven.clear();
}

/** The compiled module of a WGSL file. */
export function shaderModule(device: GPUDevice, name: ShaderName): GPUShaderModule {
  const { modules } = cacheOf(device);
  let module = modules.get(name);
  if (!module) {
    module = device.createShaderModule({ label: name, code: SHADERS[name] });
    modules.set(name, module);
  }
  return module;
}

function pipelineOf(device: GPUDevice, name: ShaderName, entry: string, constants: Record<string, number>) {
  const { pipelines, unproven } = cacheOf(device);
  const key = JSON.stringify([name, entry, constants]);
  let pipeline = pipelines.get(key);
  if (!pipeline) {
    pipeline = device.createComputePipeline({
      label: `${name} ${entry}`,
      layout: 'auto',
      compute: { module: shaderModule(device, name), entryPoint: entry, constants },
    });
    pipelines.set(key, pipeline);
    unproven.add(key);
  }
  return pipeline;
}

/** A compute shader with parameters of its own, in a uniform at binding 0. */
export class Kernel<Name extends ShaderName = ShaderName> {
  readonly #device: GPUDevice;
  readonly #pipeline: GPUComputePipeline;
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
    this.#pipeline = pipelineOf(device, name, entry, constants);
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
    const layout = this.#pipeline.getBindGroupLayout(0);
    return new BoundKernel(this.#pipeline, this.#device.createBindGroup({ layout, entries }));
  }

  /** Frees the memory. */
  dispose(): void {
    this.#uniform?.destroy();
  }
}

/** A kernel and what it works on. */
export class BoundKernel {
  readonly #pipeline: GPUComputePipeline;
  readonly #group: GPUBindGroup;

  /**
   * @param pipeline - The compiled shader.
   * @param group - What it works on.
   */
  constructor(pipeline: GPUComputePipeline, group: GPUBindGroup) {
    this.#pipeline = pipeline;
    this.#group = group;
  }

  /**
   * Runs it.
   *
   * @param pass - Where; what comes later in it sees the result.
   * @param x - How many workgroups.
   * @param y - How many workgroups. Default 1.
   */
  run(pass: GPUComputePassEncoder, x: number, y = 1): void {
    pass.setPipeline(this.#pipeline);
    pass.setBindGroup(0, this.#group);
    pass.dispatchWorkgroups(x, y);
  }
}

/** How many workgroups of `size` it takes for `count`. */
export function groups(count: number, size: number): number {
  return Math.ceil(count / size);
}

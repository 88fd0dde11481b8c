import { EngineError } from '../errors.js';
import { SHADERS } from './shaders.js';

/** The name of a WGSL file: its path in `src`, without the ending. */
export type ShaderName = keyof typeof SHADERS;

/** Values of a shader's `override` constants. */
export type Constants = Readonly<Record<string, number>>;

/** A pipeline that the device compiles in the background. */
export class Compilation<Pipeline extends GPUPipelineBase> {
  /** Resolves when the pipeline is compiled; rejects if that fails. */
  readonly finished: Promise<void>;
  readonly #name: string;
  #pipeline: Pipeline | undefined;
  #error: unknown;

  /**
   * @param name - Of the shader.
   * @param compiling - Its pipeline.
   */
  constructor(name: string, compiling: Promise<Pipeline>) {
    this.#name = name;
    this.finished = compiling.then(
      (pipeline) => {
        this.#pipeline = pipeline;
      },
      (error: unknown) => {
        this.#error = error;
        throw error;
      },
    );
  }

  /**
   * The compiled pipeline.
   *
   * @throws What compiling it was rejected with; an error before it is finished.
   */
  get pipeline(): Pipeline {
    if (this.#pipeline) return this.#pipeline;
    throw this.#error ?? new Error(`the shader '${this.#name}' is used before it is compiled`);
  }
}

interface Module {
  readonly module: GPUShaderModule;
  /** What is wrong with the WGSL; `undefined` if nothing is. */
  readonly problem: Promise<string | undefined>;
}

/**
 * Compiles the shaders of a device, each pipeline once, without blocking the thread. Whoever shares the device shares the
 * pipelines.
 */
export class ShaderCompiler {
  readonly #device: GPUDevice;
  /** By their WGSL. */
  readonly #modules = new Map<string, Module>();
  readonly #compute = new Map<string, Compilation<GPUComputePipeline>>();
  readonly #render = new Map<string, Compilation<GPURenderPipeline>>();
  readonly #pending = new Set<Promise<void>>();

  private constructor(device: GPUDevice) {
    this.#device = device;
  }

  /** The instance of a device. */
  static of(device: GPUDevice): ShaderCompiler {
    let compiler = all.get(device);
    if (!compiler) {
      compiler = new ShaderCompiler(device);
      all.set(device, compiler);
    }
    return compiler;
  }

  /** Starts compiling a compute pipeline, unless that was done. */
  compute(name: ShaderName, entryPoint: string, constants: Constants): Compilation<GPUComputePipeline> {
    return this.#compile(this.#compute, name, SHADERS[name], [entryPoint, constants], (module) =>
      this.#device.createComputePipelineAsync({
        label: `${name} ${entryPoint}`,
        layout: 'auto',
        compute: { module, entryPoint, constants },
      }),
    );
  }

  /**
   * Starts compiling a compute pipeline of WGSL that was generated, unless that was done for the same text.
   *
   * @param name - For error messages.
   * @param code - Its only entry point is `main`.
   */
  generated(name: string, code: string): Compilation<GPUComputePipeline> {
    return this.#compile(this.#compute, name, code, [], (module) =>
      this.#device.createComputePipelineAsync({ label: name, layout: 'auto', compute: { module } }),
    );
  }

  /** Starts compiling a render pipeline for one target of a format, unless that was done. */
  render(
    name: ShaderName,
    entryPoints: { readonly vertex: string; readonly fragment: string },
    constants: Constants,
    format: GPUTextureFormat,
  ): Compilation<GPURenderPipeline> {
    const { vertex, fragment } = entryPoints;
    return this.#compile(this.#render, name, SHADERS[name], [vertex, fragment, constants, format], (module) =>
      this.#device.createRenderPipelineAsync({
        label: name,
        layout: 'auto',
        vertex: { module, entryPoint: vertex },
        fragment: { module, entryPoint: fragment, constants, targets: [{ format }] },
      }),
    );
  }

  /**
   * Waits for everything that is being compiled.
   *
   * @returns A promise that rejects with `EngineError` `GPU_FAILED` and the shader's name if one of them does not compile;
   * `undefined` if there is nothing to wait for, so that most frames wait for no promise.
   */
  compiled(): Promise<unknown> | undefined {
    return this.#pending.size > 0 ? Promise.all(this.#pending) : undefined;
  }

  #compile<Pipeline extends GPUPipelineBase>(
    cache: Map<string, Compilation<Pipeline>>,
    name: string,
    code: string,
    variant: readonly unknown[],
    create: (module: GPUShaderModule) => Promise<Pipeline>,
  ): Compilation<Pipeline> {
    const key = JSON.stringify([code, ...variant]);
    const known = cache.get(key);
    if (known) return known;
    const { module, problem } = this.#moduleOf(name, code);
    const compiling = create(module).catch(async (cause: unknown) => {
      // It may be another one that compiles: a driver may have been out of memory.
      cache.delete(key);
      this.#modules.delete(code);
      const reason = (await problem) ?? (cause instanceof Error ? cause.message : String(cause));
      const message = `The shader '${name}' does not compile on this GPU: ${reason.trim()}`;
      throw new EngineError('GPU_FAILED', message, { cause });
    });
    const compilation = new Compilation(name, compiling);
    cache.set(key, compilation);
    this.#follow(compilation.finished);
    return compilation;
  }

  #follow(finished: Promise<void>): void {
    this.#pending.add(finished);
    const settle = () => this.#pending.delete(finished);
    finished.then(settle, settle);
  }

  #moduleOf(name: string, code: string): Module {
    let compiled = this.#modules.get(code);
    if (!compiled) {
      // In an error scope: an error of the WGSL is the compilation's, not one of a frame that is in flight on the device.
      this.#device.pushErrorScope('validation');
      const module = this.#device.createShaderModule({ label: name, code });
      const problem = this.#device.popErrorScope().then(
        (error) => error?.message,
        () => undefined, // the device was lost
      );
      compiled = { module, problem };
      this.#modules.set(code, compiled);
    }
    return compiled;
  }
}

const all = new WeakMap<GPUDevice, ShaderCompiler>();

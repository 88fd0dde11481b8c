/** The two backends: `cpu`, the kernels in WebAssembly, and `gpu`, WebGPU. */
export type Backend = 'cpu' | 'gpu';

/** Which backend is wanted: `auto` measures both if both exist, and keeps the cheaper one. */
export type BackendChoice = 'auto' | Backend;

/** All choices. */
export const BACKENDS: readonly BackendChoice[] = ['auto', 'cpu', 'gpu'];

/** How the backends are compared. */
const TRIAL = {
  /** The first frames of a backend do not count: shaders are compiled, memory is allocated. */
  settling: 3,
  /** How many frames of each are measured. */
  frames: 8,
  /** If a single frame takes this many times as long as the other backend's mean, the backend has lost at once. */
  hopeless: 3,
} as const;

/** The times of one backend. */
class Times {
  #frames = 0;
  #sum = 0;
  #last = 0;

  get counted(): number {
    return Math.max(0, this.#frames - TRIAL.settling);
  }

  /** Of the frames that count, in milliseconds. */
  get mean(): number {
    return this.#sum / this.counted;
  }

  /** Of the last frame that counts. */
  get last(): number {
    return this.#last;
  }

  add(milliseconds: number): void {
    this.#frames++;
    if (this.counted === 0) return;
    this.#sum += milliseconds;
    this.#last = milliseconds;
  }
}

/** Compares the backends by the times that frames take on each, the CPU first. */
export class BackendTrial {
  readonly #times: Readonly<Record<Backend, Times>> = { cpu: new Times(), gpu: new Times() };

  /**
   * Adds a frame.
   *
   * @param backend - What processed it.
   * @param milliseconds - From its start until its output.
   */
  add(backend: Backend, milliseconds: number): void {
    this.#times[backend].add(milliseconds);
  }

  /** The cheaper backend; `undefined` as long as too little is known. */
  get verdict(): Backend | undefined {
    const { cpu, gpu } = this.#times;
    if (cpu.counted < TRIAL.frames) return undefined;
    if (gpu.counted > 0 && gpu.last > TRIAL.hopeless * cpu.mean) return 'cpu';
    if (gpu.counted < TRIAL.frames) return undefined;
    return gpu.mean < cpu.mean ? 'gpu' : 'cpu';
  }

  /** Mean milliseconds of a frame on each backend; `NaN` if none was measured. */
  get milliseconds(): Readonly<Record<Backend, number>> {
    return { cpu: this.#times.cpu.mean, gpu: this.#times.gpu.mean };
  }
}

/** The two ways to compute: the kernels in WebAssembly, and WebGPU. */
export type Backend = 'cpu' | 'gpu';

/** Which way is wanted: `auto` measures both where both exist, and keeps the cheaper. */
export type BackendChoice = 'auto' | Backend;

/** All of them. */
export const BACKENDS: readonly BackendChoice[] = ['auto', 'cpu', 'gpu'];

/** How the two ways are compared. */
const TRIAL = {
  /** The first frames of a way do not count: shaders are compiled, memory is fetched. */
  settling: 3,
  /** So many frames of each are measured. */
  frames: 8,
  /** A way whose single frame takes so many times as long as the other's mean has lost without more ado. */
  hopeless: 3,
} as const;

/** The times of one way. */
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

/** Compares both ways by what the same kind of frames really take on each; the first way to be used is the CPU. */
export class BackendTrial {
  readonly #times: Readonly<Record<Backend, Times>> = { cpu: new Times(), gpu: new Times() };

  /**
   * Takes in a frame.
   *
   * @param backend - Which way it went.
   * @param milliseconds - From its beginning until its picture was there.
   */
  add(backend: Backend, milliseconds: number): void {
    this.#times[backend].add(milliseconds);
  }

  /** The cheaper way; `undefined` as long as too little is known. */
  get verdict(): Backend | undefined {
    const { cpu, gpu } = this.#times;
    if (cpu.counted < TRIAL.frames) return undefined;
    if (gpu.counted > 0 && gpu.last > TRIAL.hopeless * cpu.mean) return 'cpu';
    if (gpu.counted < TRIAL.frames) return undefined;
    return gpu.mean < cpu.mean ? 'gpu' : 'cpu';
  }

  /** Milliseconds a frame, mean of each way; `NaN` where none was measured. */
  get milliseconds(): Readonly<Record<Backend, number>> {
    return { cpu: this.#times.cpu.mean, gpu: this.#times.gpu.mean };
  }
}

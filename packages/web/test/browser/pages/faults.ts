import { CompiledModel } from '@litertjs/core';

/**
 * Faults for the engine's worker. This comes before the worker's own script in a bundle made for tests only, and changes
 * what that script finds: the package itself knows nothing of it.
 */
export interface Fault {
  /**
   * Where it strikes: `kernel:NAME`, one of the kernels' functions (`kernel:*`: all of them), `network`, `read` and
   * `write` (a `VideoFrame` is copied, made), `memory` (grows).
   */
  readonly at: `kernel:${string}` | 'network' | 'read' | 'write' | 'memory';
  /**
   * `throw`; `wait` (answers late) and `hang` (never answers), where a promise is waited for; `spin`: blocks the worker
   * for good; `crash`: an error that nobody catches; `quit`: the worker is gone without a word.
   */
  readonly does: 'throw' | 'wait' | 'hang' | 'spin' | 'crash' | 'quit';
  /** How many calls go well before it strikes. Default 0. */
  readonly after?: number;
  /** How often it strikes. Default: for good. */
  readonly times?: number;
  /** Of `wait`, in milliseconds. */
  readonly milliseconds?: number;
}

/** Which faults are to strike in the workers of a page, the first worker's first. Later workers are well. */
export type FaultPlan = readonly (readonly Fault[])[];

/** A fault's place, and how often it has been passed. */
class Trap {
  readonly fault: Fault;
  #calls = 0;

  constructor(fault: Fault) {
    this.fault = fault;
  }

  /** Whether it strikes this time. */
  strikes(): boolean {
    const { after = 0, times = Number.POSITIVE_INFINITY } = this.fault;
    const call = this.#calls++;
    return call >= after && call < after + times;
  }
}

function askForFaults(): readonly Fault[] {
  const request = new XMLHttpRequest();
  request.open('GET', '/faults', false);
  request.send();
  return JSON.parse(request.responseText) as readonly Fault[];
}

const traps = askForFaults().map((fault) => new Trap(fault));

function trapsAt(place: string): readonly Trap[] {
  return traps.filter(
    ({ fault }) => fault.at === place || (place.startsWith('kernel:') && fault.at === 'kernel:*'),
  );
}

/** Does at once what can be done at once. */
function strike({ fault }: Trap): void {
  switch (fault.does) {
    case 'throw':
      throw new Error(`A fault was injected at ${fault.at}.`);
    case 'spin':
      for (;;);
    case 'crash':
      setTimeout(() => {
        throw new Error('A crash was injected.');
      });
      return;
    case 'quit':
      self.close();
      for (;;);
    default:
      return;
  }
}

async function delay({ fault }: Trap): Promise<void> {
  if (fault.does === 'hang') await new Promise(() => {});
  if (fault.does === 'wait') await new Promise((resolve) => setTimeout(resolve, fault.milliseconds ?? 0));
}

/** Puts traps before a function. */
function guarded<F extends (...args: never[]) => unknown>(place: string, original: F): F {
  const here = trapsAt(place);
  if (here.length === 0) return original;
  return function (this: unknown, ...args: never[]) {
    for (const trap of here) if (trap.strikes()) strike(trap);
    return original.apply(this, args);
  } as F;
}

/** The same for a function that is waited for. */
function guardedAsync<F extends (...args: never[]) => Promise<unknown>>(place: string, original: F): F {
  const here = trapsAt(place);
  if (here.length === 0) return original;
  return async function (this: unknown, ...args: never[]) {
    for (const trap of here) {
      if (!trap.strikes()) continue;
      strike(trap);
      await delay(trap);
    }
    return original.apply(this, args);
  } as F;
}

function guardKernels(instance: WebAssembly.Instance): WebAssembly.Instance {
  if (!('blurGather' in instance.exports)) return instance;
  const exports: Record<string, WebAssembly.ExportValue> = {};
  for (const [name, value] of Object.entries(instance.exports)) {
    const isKernel = typeof value === 'function' && name !== 'version' && name !== 'heapBase';
    exports[name] = isKernel ? guarded(`kernel:${name}`, value as () => unknown) : value;
  }
  return { exports };
}

const { instantiate } = WebAssembly;
WebAssembly.instantiate = (async (source: WebAssembly.Module, imports?: WebAssembly.Imports) => {
  const result = await instantiate(source, imports);
  return result instanceof WebAssembly.Instance ? guardKernels(result) : result;
}) as typeof instantiate;

const memory = WebAssembly.Memory.prototype;
memory.grow = guarded('memory', memory.grow);

const run = CompiledModel.prototype.run as () => Promise<unknown>;
Object.assign(CompiledModel.prototype, { run: guardedAsync('network', run) });

VideoFrame.prototype.copyTo = guardedAsync('read', VideoFrame.prototype.copyTo);

if (trapsAt('write').length > 0) {
  globalThis.VideoFrame = new Proxy(VideoFrame, {
    construct(target, args, self) {
      for (const trap of trapsAt('write')) if (trap.strikes()) strike(trap);
      return Reflect.construct(target, args, self) as object;
    },
  });
}

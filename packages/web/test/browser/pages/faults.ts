import { DeferredSegmenter } from '../../../src/engine/deferred-segmenter.js';
import { PlatformMask } from '../../../src/engine/platform-mask.js';
import { askForFaults, type Fault, guarded, guardedAsync, type Trap } from './traps.js';

/**
 * Where faults strike in the engine's worker: `kernel:NAME`, one of the kernels' functions (`kernel:*`: all of them),
 * `network`, `read` and `write` (a `VideoFrame` is copied, made), `memory` (grows).
 */
type Site = `kernel:${string}` | 'network' | 'read' | 'write' | 'memory';

/** A fault of the engine's worker. */
export type EngineFault = Fault<Site>;

/** Which faults are to strike in the workers of a page, the first worker's first. Later workers are well. */
export type FaultPlan = readonly (readonly EngineFault[])[];

const traps = askForFaults<Site>('/faults');

function trapsAt(site: Site): readonly Trap<Site>[] {
  return traps.filter(
    ({ fault }) => fault.at === site || (site.startsWith('kernel:') && fault.at === 'kernel:*'),
  );
}

function guardKernels(instance: WebAssembly.Instance): WebAssembly.Instance {
  if (!('blurGather' in instance.exports)) return instance;
  const exports: Record<string, WebAssembly.ExportValue> = {};
  for (const [name, value] of Object.entries(instance.exports)) {
    const isKernel = typeof value === 'function' && name !== 'heapBase';
    exports[name] = isKernel ? guarded(trapsAt(`kernel:${name}`), value as () => unknown) : value;
  }
  return { exports };
}

const { instantiate } = WebAssembly;
WebAssembly.instantiate = (async (source: WebAssembly.Module, imports?: WebAssembly.Imports) => {
  const result = await instantiate(source, imports);
  return result instanceof WebAssembly.Instance ? guardKernels(result) : result;
}) as typeof instantiate;

const memory = WebAssembly.Memory.prototype;
memory.grow = guarded(trapsAt('memory'), memory.grow);

// Through these, each run of both networks goes.
for (const { prototype } of [PlatformMask, DeferredSegmenter]) {
  prototype.segment = guardedAsync(trapsAt('network'), prototype.segment);
}

VideoFrame.prototype.copyTo = guardedAsync(trapsAt('read'), VideoFrame.prototype.copyTo);

const written = trapsAt('write');
if (written.length > 0) {
  const strikeFirst = guarded(written, () => {});
  globalThis.VideoFrame = new Proxy(VideoFrame, {
    construct(target, args, self) {
      strikeFirst();
      return Reflect.construct(target, args, self) as object;
    },
  });
}

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { compileFunction } from 'node:vm';
import { type LiteRt, loadLiteRt, supportsFeature } from '@litertjs/core';
import { compileModule } from './wasm-modules.js';

export { createLiteRtGpuSegmenter, createLiteRtSegmenter } from '@elsewhere/engine/litert';

/** What LiteRT's Emscripten script defines: it instantiates the WebAssembly module. */
type ModuleFactory = (options: object) => Promise<object>;

/** How it receives the instance. */
type Receive = (instance: WebAssembly.Instance, module: WebAssembly.Module) => void;

let loading: Promise<LiteRt> | undefined;

/** Loads LiteRT's WebAssembly from `node_modules`, once per thread. */
export function loadLiteRtInNode(): Promise<LiteRt> {
  loading ??= load();
  return loading;
}

async function load(): Promise<LiteRt> {
  const directory = join(dirname(createRequire(import.meta.url).resolve('@litertjs/core')), '..', 'wasm');
  const build = (await supportsFeature('relaxedSimd'))
    ? 'litert_wasm_internal'
    : 'litert_wasm_compat_internal';
  const module = await instantiate(join(directory, `${build}.js`));
  // LiteRT's loader expects the global scope of a browser's worker. Everything that it awaits has been resolved before, so that it
  // finishes within a few microtasks: no timer, I/O or message can run meanwhile and see the temporary globals.
  const scope = { ModuleFactory: async () => module };
  const restore = replaceGlobals({
    self: scope,
    importScripts: () => {},
    // A GPU without a device: LiteRT opens no device of its own, and does not warn on the console that there is none.
    navigator: {
      gpu: { requestAdapter: async () => ({ limits: {}, features: new Set(), requestDevice: () => null }) },
    },
  });
  try {
    return await loadLiteRt(directory);
  } finally {
    restore();
  }
}

/** Runs LiteRT's Emscripten script and instantiates the module. Its output is discarded. */
async function instantiate(path: string): Promise<object> {
  const script = readFileSync(path, 'utf8');
  const define = compileFunction(`${script};return ModuleFactory`, ['require', '__dirname'], {
    filename: path,
  });
  const factory: ModuleFactory = define(createRequire(path), dirname(path));
  const module = await compileModule(path.replace(/\.js$/, '.wasm'));
  return new Promise((resolve, reject) => {
    const instantiateWasm = (imports: WebAssembly.Imports, receive: Receive): object => {
      WebAssembly.instantiate(module, imports).then((instance) => receive(instance, module), reject);
      return {};
    };
    // If instantiation fails, the factory's own promise never settles.
    factory({ instantiateWasm, print: ignore, printErr: ignore }).then(resolve, reject);
  });
}

function ignore(): void {}

/**
 * Defines globals until they are restored.
 *
 * @returns Restores the globals that were there before.
 */
function replaceGlobals(values: Readonly<Record<string, unknown>>): () => void {
  const before = Object.keys(values).map(
    (name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)] as const,
  );
  for (const [name, value] of Object.entries(values)) {
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
  return () => {
    for (const [name, descriptor] of before) {
      if (descriptor) Object.defineProperty(globalThis, name, descriptor);
      else Reflect.deleteProperty(globalThis, name);
    }
  };
}

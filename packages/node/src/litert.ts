import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { compileFunction } from 'node:vm';
import { type LiteRt, loadLiteRt } from '@litertjs/core';
import { compileModule } from './modules.js';

/** What LiteRT's loader reads from the global scope, which it takes for a browser's. */
interface LoaderScope {
  self?: unknown;
  importScripts?: ((path: string) => void) | undefined;
  ModuleFactory?: unknown;
  Module?: object | undefined;
}

let loading: Promise<LiteRt> | undefined;

/**
 * Loads LiteRT's WebAssembly from `node_modules`, once a thread.
 *
 * Its loader is made for browsers: it picks the build for the instructions that are there, and wants a `self` and an
 * `importScripts` that runs the build's script, which sets `ModuleFactory`. Both are lent to it for as long as it loads.
 */
export function loadLiteRtInNode(): Promise<LiteRt> {
  loading ??= load();
  return loading;
}

async function load(): Promise<LiteRt> {
  const entry = createRequire(import.meta.url).resolve('@litertjs/core');
  const directory = join(dirname(entry), '..', 'wasm');
  const scope = globalThis as LoaderScope;
  let fail = (_reason: unknown) => {};
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  scope.self ??= globalThis;
  scope.importScripts = (path) => {
    const script = readFileSync(path, 'utf8');
    const define = compileFunction(`${script};return ModuleFactory`, ['require', '__dirname'], {
      filename: path,
    });
    scope.ModuleFactory = define(createRequire(path), directory);
    scope.Module = {
      instantiateWasm(imports: WebAssembly.Imports, receive: Receive): object {
        instantiate(path.replace(/\.js$/, '.wasm'), imports, receive).catch(fail);
        return {};
      },
      locateFile: (file: string) => join(directory, file),
      print: ignore,
      printErr: ignore,
    };
  };
  const { warn } = console;
  console.warn = ignore; // that there is no WebGPU is no news here
  try {
    // The loader waits for ever where the module cannot be instantiated.
    return await Promise.race([loadLiteRt(directory), failed]);
  } finally {
    console.warn = warn;
    scope.importScripts = undefined;
  }
}

/** Gives the loader its instance. */
type Receive = (instance: WebAssembly.Instance, module: WebAssembly.Module) => void;

async function instantiate(path: string, imports: WebAssembly.Imports, receive: Receive): Promise<void> {
  const module = await compileModule(path);
  receive(await WebAssembly.instantiate(module, imports), module);
}

/** LiteRT tells of its start on the console. */
function ignore(): void {}

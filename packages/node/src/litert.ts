import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { runInThisContext } from 'node:vm';
import { type LiteRt, loadLiteRt } from '@litertjs/core';

/** What LiteRT's loader reads from the global scope, which it takes for a browser's. */
interface LoaderScope {
  self?: unknown;
  importScripts?: ((url: string) => void) | undefined;
  ModuleFactory?: unknown;
  Module?: object | undefined;
}

let loading: Promise<LiteRt> | undefined;

/**
 * Loads LiteRT's WebAssembly from `node_modules`, once a thread.
 *
 * Its loader is made for browsers: it wants a `self` and an `importScripts` that runs a script which sets
 * `ModuleFactory`. Both are lent to it for as long as it loads.
 */
export function loadLiteRtInNode(): Promise<LiteRt> {
  loading ??= load();
  return loading;
}

async function load(): Promise<LiteRt> {
  const entry = createRequire(import.meta.url).resolve('@litertjs/core');
  const directory = join(dirname(entry), '..', 'wasm');
  const name = 'litert_wasm_internal';
  const [script, wasmBinary] = await Promise.all([
    readFile(join(directory, `${name}.js`), 'utf8'),
    readFile(join(directory, `${name}.wasm`)),
  ]);
  const scope = globalThis as LoaderScope;
  scope.self ??= globalThis;
  scope.importScripts = () => {
    scope.ModuleFactory = runInThisContext(`${script};ModuleFactory`, { filename: `${name}.js` });
  };
  const quiet = () => {};
  scope.Module = { wasmBinary, locateFile: (file: string) => join(directory, file), print: quiet, printErr: quiet };
  try {
    return await loadLiteRt(join(directory, `${name}.js`));
  } finally {
    scope.importScripts = undefined;
  }
}

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

let compiling: Promise<WebAssembly.Module> | undefined;

/** The engine's kernels, compiled once a thread. */
export function loadKernels(): Promise<WebAssembly.Module> {
  compiling ??= readFile(createRequire(import.meta.url).resolve('@elsewhere/engine/kernels.wasm')).then(
    (bytes) => WebAssembly.compile(bytes),
  );
  return compiling;
}

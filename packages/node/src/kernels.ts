import { createRequire } from 'node:module';
import { compileModule } from './modules.js';

/** The engine's kernels. */
export function loadKernels(): Promise<WebAssembly.Module> {
  return compileModule(createRequire(import.meta.url).resolve('@elsewhere/engine/kernels.wasm'));
}

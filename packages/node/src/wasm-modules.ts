import { readFile } from 'node:fs/promises';

/** WebAssembly modules of this thread, by the paths of their files. */
const modules = new Map<string, WebAssembly.Module>();

/**
 * Compiles a WebAssembly module, or takes the one that another thread of this process has compiled already: LiteRT's has 9 MB,
 * and the first conversion leaves its compiled code to those that follow.
 */
export async function compileModule(path: string): Promise<WebAssembly.Module> {
  const compiled = modules.get(path) ?? (await WebAssembly.compile(await readFile(path)));
  modules.set(path, compiled);
  return compiled;
}

/** What this thread has compiled or was given: may be posted to other threads. */
export function compiledModules(): ReadonlyMap<string, WebAssembly.Module> {
  return modules;
}

/** Takes over what another thread has compiled. */
export function shareModules(others: ReadonlyMap<string, WebAssembly.Module>): void {
  for (const [path, module] of others) modules.set(path, module);
}

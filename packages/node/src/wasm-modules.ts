import { readFile } from 'node:fs/promises';

/** WebAssembly modules of this thread, by the paths of their files. */
const modules = new Map<string, WebAssembly.Module>();

/** Those that are being compiled. */
const compilations = new Map<string, Promise<WebAssembly.Module>>();

/**
 * Compiles a WebAssembly module, unless this or another thread of the process has done so already: LiteRT's module has 9 MB, and
 * later conversions use the code that the first one has compiled.
 */
export async function compileModule(path: string): Promise<WebAssembly.Module> {
  const compiled = modules.get(path);
  if (compiled) return compiled;
  const compilation = compilations.get(path) ?? compile(path);
  compilations.set(path, compilation);
  return compilation;
}

async function compile(path: string): Promise<WebAssembly.Module> {
  try {
    const compiled = await WebAssembly.compile(await readFile(path));
    modules.set(path, compiled);
    return compiled;
  } finally {
    compilations.delete(path);
  }
}

/** The modules that this thread has, to be posted to other threads. */
export function compiledModules(): ReadonlyMap<string, WebAssembly.Module> {
  return modules;
}

/** Adds modules that another thread has compiled. */
export function shareModules(others: ReadonlyMap<string, WebAssembly.Module>): void {
  for (const [path, module] of others) modules.set(path, module);
}

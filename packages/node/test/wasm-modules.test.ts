import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { compiledModules, compileModule, shareModules } from '../src/wasm-modules.js';

/** The shortest module: magic number and version. */
const EMPTY = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);

it('compiles a module once, and can hand it to another thread', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'elsewhere-modules-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const path = join(directory, 'empty.wasm');
  writeFileSync(path, EMPTY);
  const module = await compileModule(path);
  expect(module).toBeInstanceOf(WebAssembly.Module);
  rmSync(path);
  expect(await compileModule(path)).toBe(module);
  expect(compiledModules().get(path)).toBe(module);
});

it('uses a module that another thread has compiled, without reading its file', async () => {
  const module = new WebAssembly.Module(EMPTY);
  const path = join(tmpdir(), 'no-such-directory', 'elsewhere.wasm');
  shareModules(new Map([[path, module]]));
  expect(await compileModule(path)).toBe(module);
});

it('rejects a file that is not a module, and reads it again next time', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'elsewhere-modules-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const path = join(directory, 'mended.wasm');
  writeFileSync(path, 'no module');
  await expect(compileModule(path)).rejects.toThrow(WebAssembly.CompileError);
  writeFileSync(path, EMPTY);
  expect(await compileModule(path)).toBeInstanceOf(WebAssembly.Module);
});

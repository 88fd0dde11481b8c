import { spawn } from 'node:child_process';

/** The GPU that a process on this machine gets. */
export type ProbedGpu = 'hardware' | 'software' | 'none';

/** What the child says, as its exit code. */
const EXIT_CODES: Readonly<Record<number, ProbedGpu>> = { 40: 'hardware', 41: 'software' };

/** How long the drivers may take to load, in milliseconds. */
const PATIENCE = 60_000;

/** Opens the GPU and says what it is. */
const SCRIPT = `
const [dawn, engine] = process.argv.slice(-2);
const { create, globals } = await import(dawn);
Object.assign(globalThis, globals);
const { openDevice } = await import(engine);
const gpu = create([]);
const { adapterInfo } = await openDevice(gpu);
process.exit(adapterInfo.isFallbackAdapter ? 41 : 40);
`;

/**
 * Tries the GPU in a process of its own, whose output nobody sees: drivers and Dawn print to the terminal when there is no GPU, and
 * a driver that crashes does not take the conversion with it.
 *
 * @param dawn - The address of the package `webgpu`.
 */
export function probeGpu(dawn: string): Promise<ProbedGpu> {
  const argv = ['--input-type=module', '--eval', SCRIPT, dawn, import.meta.resolve('@elsewhere/engine/gpu')];
  return new Promise((resolve) => {
    const child = spawn(process.execPath, argv, {
      stdio: 'ignore',
      timeout: PATIENCE,
      // Applications on Electron are no Node otherwise.
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    });
    child.on('error', () => resolve('none'));
    child.on('exit', (code) => resolve(EXIT_CODES[code ?? 0] ?? 'none'));
  });
}

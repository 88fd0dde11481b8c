import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inject } from 'vitest';
import { bundle } from './bundle.js';
import { pageOf, type ServerOptions, TestServer } from './server.js';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The scripts of the workers. */
const WORKERS = {
  'worker.js': here('../../../src/engine/worker.ts'),
  'output.js': here('../../../src/output/worker.ts'),
  'gpu.js': here('../../../src/gpu/worker.ts'),
};

/** The package's own assets, as they are served to the pages under `/assets/`. */
export const ASSETS = here('../../../dist/assets/');

/**
 * Makes an assets folder like the package's own, but for some workers: before its own script such a one runs others, which
 * may change what that one finds.
 *
 * @param name - Of the folder.
 * @param preludes - Paths of the scripts, by the workers' names.
 * @returns The folder.
 */
export async function makeAssets(
  name: string,
  preludes: Readonly<Partial<Record<keyof typeof WORKERS, readonly string[]>>>,
): Promise<string> {
  const folder = join(inject('folder'), name);
  await cp(ASSETS, folder, { recursive: true });
  for (const [worker, scripts] of Object.entries(preludes)) {
    const entry = join(folder, worker.replace(/js$/, 'ts'));
    const own = WORKERS[worker as keyof typeof WORKERS];
    await writeFile(entry, [...scripts, own].map((path) => `import ${JSON.stringify(path)};`).join('\n'));
    await bundle({ [worker.slice(0, -3)]: entry }, folder, { format: 'iife' });
  }
  return folder;
}

/** One with faults, which it asks for at `/faults` and `/gpu-faults`; see `pages/faults.ts` and `pages/gpu-faults.ts`. */
export function makeFaultyAssets(): Promise<string> {
  return makeAssets('faulty', {
    'worker.js': [here('../pages/faults.ts')],
    'gpu.js': [here('../pages/gpu-faults.ts')],
  });
}

/**
 * Starts a server with the lab's page (`/`), its scripts (`/pages/`), the clips (`/clips/`) and the package's assets
 * (`/assets/`).
 *
 * @param options - Further folders and pages, and the headers.
 */
export async function startLab(options: Partial<ServerOptions> = {}): Promise<TestServer> {
  const folder = inject('folder');
  const pages = join(folder, 'pages');
  const names = ['lab', 'player.worker', 'recorder.worker'];
  await bundle(Object.fromEntries(names.map((name) => [name, here(`../pages/${name}.ts`)])), pages);
  return TestServer.start({
    ...options,
    folders: { '/pages/': pages, '/clips/': folder, '/assets/': ASSETS, ...options.folders },
    pages: { '/': pageOf('/pages/lab.js'), ...options.pages },
  });
}

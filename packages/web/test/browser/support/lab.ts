import { copyFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inject } from 'vitest';
import { bundle } from './bundle.js';
import { pageOf, type ServerOptions, TestServer } from './server.js';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The script of the engine's worker. */
const WORKER = here('../../../src/worker/main.ts');

/** The package's own assets, as they are served to the pages under `/assets/`. */
export const ASSETS = here('../../../dist/assets/');

/**
 * Makes an assets folder like the package's own, but for the engine's worker: that one has faults, which it asks for at
 * `/faults`; see `pages/faults.ts`.
 *
 * @returns The folder.
 */
export async function makeFaultyAssets(): Promise<string> {
  const folder = join(inject('folder'), 'faulty');
  await mkdir(folder, { recursive: true });
  for (const file of await readdir(ASSETS)) {
    if (file !== 'worker.js') await copyFile(join(ASSETS, file), join(folder, file));
  }
  // Faults first: they change what the worker's script finds.
  const contents = `import ${JSON.stringify(here('../pages/faults.ts'))};\nimport ${JSON.stringify(WORKER)};`;
  const entry = join(folder, 'worker.ts');
  await writeFile(entry, contents);
  await bundle({ worker: entry }, folder, { format: 'iife' });
  return folder;
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

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
 * Makes an assets folder like the package's own, but for the engine's worker: before its own script it runs another one,
 * which may change what that one finds.
 *
 * @param name - Of the folder.
 * @param prelude - Path of the script.
 * @returns The folder.
 */
export async function makeAssets(name: string, prelude: string): Promise<string> {
  const folder = join(inject('folder'), name);
  await mkdir(folder, { recursive: true });
  for (const file of await readdir(ASSETS)) {
    if (file !== 'worker.js') await copyFile(join(ASSETS, file), join(folder, file));
  }
  const entry = join(folder, 'worker.ts');
  await writeFile(entry, [prelude, WORKER].map((path) => `import ${JSON.stringify(path)};`).join('\n'));
  await bundle({ worker: entry }, folder, { format: 'iife' });
  return folder;
}

/** One with faults, which it asks for at `/faults`; see `pages/faults.ts`. */
export function makeFaultyAssets(): Promise<string> {
  return makeAssets('faulty', here('../pages/faults.ts'));
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

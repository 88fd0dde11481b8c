import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inject } from 'vitest';
import { bundle } from './bundle.js';
import { pageOf, type ServerOptions, TestServer } from './server.js';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The package's own assets, as they are served to the pages under `/assets/`. */
export const ASSETS = here('../../../dist/assets/');

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

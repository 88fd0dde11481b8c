import { randomUUID } from 'node:crypto';
import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, inject } from 'vitest';
import type { Lab } from '../pages/lab.js';
import { bundle } from './bundle.js';
import type { ChromiumPage } from './chromium.js';
import { KEYER_SIZES, keyer } from './keyer.js';
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
  // Files of tests run side by side.
  const folder = join(inject('folder'), `${name}-${randomUUID()}`);
  await cp(ASSETS, folder, { recursive: true });
  for (const [worker, scripts] of Object.entries(preludes)) {
    const entry = join(folder, worker.replace(/js$/, 'ts'));
    const own = WORKERS[worker as keyof typeof WORKERS];
    await writeFile(entry, [...scripts, own].map((path) => `import ${JSON.stringify(path)};`).join('\n'));
    await bundle({ [worker.slice(0, -3)]: entry }, folder, { format: 'iife' });
  }
  return folder;
}

/** Networks that find the person in the striped clips; see `keyer` and `pages/keyer.ts`. */
const KEYER = here('../pages/keyer.ts');

/** Assets whose networks are {@link keyer}s. */
export async function makeKeyedAssets(
  name = 'keyed',
  preludes: Parameters<typeof makeAssets>[1] = {},
): Promise<string> {
  const workers = ['worker.js', 'gpu.js'] as const;
  const folder = await makeAssets(
    name,
    Object.fromEntries(workers.map((worker) => [worker, [KEYER, ...(preludes[worker] ?? [])]])),
  );
  const { landscape, square } = KEYER_SIZES;
  await writeFile(join(folder, 'selfie_segmentation_landscape.tflite'), keyer(...landscape));
  await writeFile(join(folder, 'selfie_segmentation.tflite'), keyer(...square));
  return folder;
}

/**
 * The same with faults, which the workers ask for at `/faults` and `/gpu-faults`; see `pages/faults.ts` and
 * `pages/gpu-faults.ts`.
 */
export function makeFaultyAssets(): Promise<string> {
  return makeKeyedAssets('faulty', {
    'worker.js': [here('../pages/faults.ts')],
    'gpu.js': [here('../pages/gpu-faults.ts')],
  });
}

/**
 * The page on which all tests of a file run, one after the other: to load a page for each takes longer than many a test. What
 * a test has opened ends with it, and so do its workers. After a test that failed, the next one gets a new page.
 */
export class LabPage {
  readonly #open: () => Promise<ChromiumPage<Lab>>;
  #page: ChromiumPage<Lab> | undefined;

  constructor(open: () => Promise<ChromiumPage<Lab>>) {
    this.#open = open;
  }

  /** Before a test. */
  async get(): Promise<ChromiumPage<Lab>> {
    this.#page ??= await this.#open();
    return this.#page;
  }

  /**
   * After a test.
   *
   * @param hasFailed - Whether the test has failed.
   */
  async release(hasFailed: boolean): Promise<void> {
    const page = this.#page;
    if (!page) return;
    if (hasFailed || !(await this.#isClean(page))) await this.close();
    expect(page.errors).toEqual([]);
  }

  async close(): Promise<void> {
    await this.#page?.[Symbol.asyncDispose]();
    this.#page = undefined;
  }

  /** Ends what the test has opened. */
  async #isClean(page: ChromiumPage<Lab>): Promise<boolean> {
    await page.run((lab) => lab.endAll());
    const workers = () => page.page.workers().length;
    for (let waited = 0; waited < 5_000 && workers() > 0; waited += 20) await sleep(20);
    return workers() === 0 && page.errors.length === 0;
  }
}

/**
 * Starts a server with the lab's page (`/`), its scripts (`/pages/`), the clips (`/clips/`) and the package's assets
 * (`/assets/`).
 *
 * @param options - Further folders and pages, and the headers.
 */
export async function startLab(options: Partial<ServerOptions> = {}): Promise<TestServer> {
  const folder = inject('folder');
  const pages = join(folder, `pages-${randomUUID()}`);
  const names = ['lab', 'player.worker', 'recorder.worker'];
  await bundle(Object.fromEntries(names.map((name) => [name, here(`../pages/${name}.ts`)])), pages);
  return TestServer.start({
    ...options,
    folders: { '/pages/': pages, '/clips/': folder, '/assets/': ASSETS, ...options.folders },
    pages: { '/': pageOf('/pages/lab.js'), ...options.pages },
  });
}

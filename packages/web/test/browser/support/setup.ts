import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { type BrowserPaths, findBrowsers } from './browsers.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** See {@link BrowserPaths}. */
    readonly browsers: BrowserPaths;
    /** A folder of this run, for clips and bundles. */
    readonly folder: string;
  }
}

/** Before all tests in browsers: gets the browsers, and a folder that goes away at the end. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'elsewhere-browser-tests-'));
  project.provide('browsers', findBrowsers());
  project.provide('folder', folder);
  return () => rm(folder, { recursive: true, force: true });
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** A folder of this run, for the files that conversions read and write. */
    readonly conversions: string;
  }
}

/** Before all tests that convert: makes a folder, which is removed at the end. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'elsewhere-conversion-tests-'));
  project.provide('conversions', folder);
  return () => rm(folder, { recursive: true, force: true });
}

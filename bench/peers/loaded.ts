import { gzipSync } from 'node:zlib';
import type { TestServer } from '../../packages/web/test/browser/support/server.js';

/** Bytes that a page has loaded. */
export interface Loaded {
  readonly raw: number;
  /** With gzip at level 9, each file by itself. */
  readonly gzip: number;
}

/** What the bench itself loads in each page. */
const OWN = /^\/(pages\/(observer|pass-through)\.worker\.js|images\/|uploads\/)/;

/** The script of the pass-through's page: the bench's part of all pages' scripts. */
const BENCH = '/pages/pass.js';

/**
 * Adds up what a page loads: its script, which contains the library, and everything that this fetches. Background images and
 * the bench's own scripts are left out.
 *
 * @param paths - The requests of the page, in the server's words.
 */
export async function measureLoaded(server: TestServer, paths: readonly string[]): Promise<Loaded> {
  const files = await Promise.all(
    paths.filter((path) => !OWN.test(path)).map((path) => sizeOf(server, path)),
  );
  const bench = await sizeOf(server, BENCH);
  const sum = (key: keyof Loaded) => files.reduce((total, file) => total + file[key], 0) - bench[key];
  return { raw: sum('raw'), gzip: sum('gzip') };
}

async function sizeOf({ origin }: TestServer, path: string): Promise<Loaded> {
  const response = await fetch(origin + path);
  if (!response.ok) return { raw: 0, gzip: 0 };
  const bytes = Buffer.from(await response.arrayBuffer());
  return { raw: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length };
}

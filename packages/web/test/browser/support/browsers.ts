import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Where the browsers are; `null` for one that cannot be had here. */
export interface BrowserPaths {
  readonly chromium: string | null;
  readonly firefox: string | null;
  readonly webkit: string | null;
}

/** Finds the browsers and installs what is missing, where that is possible: `scripts/browsers.mjs`. */
export function findBrowsers(): BrowserPaths {
  const script = fileURLToPath(new URL('../../../../../scripts/browsers.mjs', import.meta.url));
  const output = execFileSync(process.execPath, [script], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return JSON.parse(output) as BrowserPaths;
}

/** A browser's path, for tests that cannot do without it. */
export function required(path: string | null, name: string): string {
  if (path) return path;
  throw new Error(
    `${name} is needed for this test and is not here: see what 'node scripts/browsers.mjs' says.`,
  );
}

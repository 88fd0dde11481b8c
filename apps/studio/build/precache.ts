import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { Plugin } from 'vite';

/** Files that are not needed offline: licences are only for readers. */
const LEFT_OUT = /^service-worker\.js$|NOTICES|\.map$/;

/** The URLs of pages. */
const PAGES: Readonly<Record<string, string>> = { 'index.html': './', 'output.html': './output' };

/**
 * Writes the list of files into the service worker, with a version that changes with any of them. Must be the last plugin that
 * writes files.
 */
export function precache(): Plugin {
  let outDir = '';
  return {
    name: 'elsewhere-precache',
    configResolved(config) {
      outDir = join(config.root, config.build.outDir);
    },
    closeBundle: {
      order: 'post',
      sequential: true,
      handler() {
        const names = readdirSync(outDir, { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => relative(outDir, join(entry.parentPath, entry.name)).split(sep).join('/'))
          .filter((name) => !LEFT_OUT.test(name))
          .sort();
        const hash = createHash('sha256');
        for (const name of names) hash.update(`${name}\n`).update(readFileSync(join(outDir, name)));
        const list = {
          version: hash.digest('hex').slice(0, 12),
          files: names.map((name) => PAGES[name] ?? `./${name}`),
        };
        const worker = join(outDir, 'service-worker.js');
        writeFileSync(worker, `self.PRECACHE=${JSON.stringify(list)};\n${readFileSync(worker, 'utf8')}`);
      },
    },
  };
}

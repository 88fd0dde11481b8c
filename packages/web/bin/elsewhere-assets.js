#!/usr/bin/env node
// elsewhere-assets FOLDER: copies what has to be served beside a page (workers, WebAssembly, models) into a folder.
import { cpSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const [folder, ...others] = process.argv.slice(2);

if (!folder || others.length > 0 || folder.startsWith('-')) {
  console.error(
    [
      'Usage: elsewhere-assets FOLDER',
      '',
      "Copies Elsewhere's workers, WebAssembly and models into FOLDER, which has to be served from the page's own",
      "origin: VirtualBackground.create({ assets: '/where/it/is/served/' }).",
    ].join('\n'),
  );
  process.exit(folder === '--help' || folder === '-h' ? 0 : 2);
}

const assets = fileURLToPath(new URL('../dist/assets/', import.meta.url));
try {
  cpSync(assets, folder, { recursive: true });
  console.log(`${readdirSync(assets).length} files copied into ${join(folder)}`);
} catch (error) {
  console.error(`elsewhere-assets: ${error.message}`);
  process.exit(1);
}

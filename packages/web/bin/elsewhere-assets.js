#!/usr/bin/env node
// elsewhere-assets FOLDER: copies what has to be served beside a page (workers, WebAssembly, models) into a folder.
import { cpSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { LITERT_PREFIX } from '../dist/assets.js';

const USAGE = `Usage: elsewhere-assets [--litert] FOLDER

Copies Elsewhere's workers, WebAssembly and models into FOLDER, which has to be served from the page's own
origin: VirtualBackground.create({ assets: '/where/it/is/served/' }).

  --litert    LiteRT, too (20 MB): for models with operators that only LiteRT has.
              It is fetched only where it is used.`;

/** What the command line says; `undefined` if it makes no sense. */
function readArguments() {
  try {
    const options = { litert: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } };
    const { values, positionals } = parseArgs({ options, allowPositionals: true });
    return values.help || positionals.length === 1 ? { ...values, folder: positionals[0] } : undefined;
  } catch {
    return undefined;
  }
}

const given = readArguments();
if (!given || given.help) {
  console.error(USAGE);
  process.exit(given ? 0 : 2);
}

const assets = fileURLToPath(new URL('../dist/assets/', import.meta.url));
try {
  const names = readdirSync(assets).filter((name) => given.litert || !name.startsWith(LITERT_PREFIX));
  mkdirSync(given.folder, { recursive: true });
  for (const name of names) cpSync(join(assets, name), join(given.folder, name));
  console.log(`${names.length} files copied into ${join(given.folder)}`);
} catch (error) {
  console.error(`elsewhere-assets: ${error.message}`);
  process.exit(1);
}

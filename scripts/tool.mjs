// Runs a tool from a folder with its own lockfile, after installing it if needed: node scripts/tool.mjs NAME [ARGUMENTS ...]
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { install } from './install.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** The package of each tool, and the folder where it is installed. */
const TOOLS = {
  attw: ['@arethetypeswrong/cli', 'tools/checks'],
  biome: ['@biomejs/biome', 'tools/checks'],
  changeset: ['@changesets/cli', 'tools/release'],
  knip: ['knip', 'tools/checks'],
  publint: ['publint', 'tools/checks'],
  typedoc: ['typedoc', 'tools/checks'],
  'web-ext': ['web-ext', 'apps/extension/tools'],
};

/** Runs a tool in a folder, and returns its exit status. */
export function runTool(name, args, cwd = root) {
  const tool = TOOLS[name];
  if (!tool) throw new Error(`Unknown tool "${name}". Use one of ${Object.keys(TOOLS).join(', ')}.`);
  const [packageName, folder] = tool;
  if (!install(folder)) return 1;
  const directory = join(root, folder, 'node_modules', packageName);
  const { bin } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
  const script = join(directory, typeof bin === 'string' ? bin : bin[name]);
  return spawnSync(process.execPath, [script, ...args], { cwd, stdio: 'inherit' }).status ?? 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [name = '', ...args] = process.argv.slice(2);
  process.exitCode = runTool(name, args);
}

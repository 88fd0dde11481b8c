// Installs folders with lockfiles of their own, outside the workspaces: node scripts/install.mjs FOLDER ...
// Folders that match their lockfile are skipped.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Returns whether the folder's packages are installed now. */
export function install(folder) {
  const path = join(root, folder);
  const lockfile = join(path, 'package-lock.json');
  const installed = join(path, 'node_modules/.installed-lock.json');
  if (existsSync(installed) && readFileSync(installed).equals(readFileSync(lockfile))) return true;
  console.error(`Installing ${folder} (npm ci) ...`);
  const options = { cwd: path, stdio: ['ignore', 'ignore', 'inherit'], shell: process.platform === 'win32' };
  const { status } = spawnSync('npm', ['ci', '--no-workspaces', '--loglevel', 'error'], options);
  if (status === 0) copyFileSync(lockfile, installed);
  return status === 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const failed = process.argv.slice(2).filter((folder) => !install(folder));
  if (failed.length > 0) {
    console.error(`Could not install ${failed.join(', ')}: is the package registry reachable?`);
    process.exitCode = 1;
  }
}

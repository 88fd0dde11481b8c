// Makes the package `webgpu` (Dawn for Node) available to the GPU tests and bench:gpu: installs tools/gpu, and links it into the
// root's node_modules, where @elsewhere/node finds it like one that a user has installed.
import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { install } from './install.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

function isAvailable() {
  try {
    createRequire(join(root, 'packages/node/package.json')).resolve('webgpu/package.json');
    return true;
  } catch {
    return false;
  }
}

if (!isAvailable()) {
  if (install('tools/gpu')) {
    const link = join(root, 'node_modules/webgpu');
    mkdirSync(dirname(link), { recursive: true });
    rmSync(link, { force: true });
    symlinkSync(join(root, 'tools/gpu/node_modules/webgpu'), link, 'junction');
  } else {
    console.error('Could not install WebGPU for Node (npm ci in tools/gpu): tests that need it are skipped.');
    process.exitCode = 1;
  }
}

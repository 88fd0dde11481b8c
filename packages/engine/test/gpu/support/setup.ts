import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Before the GPU tests: installs Dawn (`tools/gpu`), or reports that they are skipped without it. */
export default function setup(): void {
  const script = fileURLToPath(new URL('../../../../../scripts/webgpu.mjs', import.meta.url));
  spawnSync(process.execPath, [script], { stdio: 'inherit' });
}

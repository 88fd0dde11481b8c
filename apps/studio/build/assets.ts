import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';

const ENGINE = fileURLToPath(new URL('../../../packages/web/dist/assets', import.meta.url));

/** Puts the engine's workers, WebAssembly and networks beside the page, as they are. */
export function assets(): Plugin {
  let outDir = '';
  return {
    name: 'elsewhere-assets',
    configResolved(config) {
      outDir = join(config.root, config.build.outDir);
    },
    closeBundle() {
      cpSync(ENGINE, join(outDir, 'elsewhere'), { recursive: true });
    },
  };
}

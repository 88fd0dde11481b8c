import { cpSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';

const ENGINE = fileURLToPath(new URL('../../../packages/web/dist/assets', import.meta.url));

/** What only LiteRT needs: all networks of the studio run on the engine's own runtime, on the CPU and on the GPU. */
const LEFT_OUT = /^litert/;

/** Copies the engine's workers, WebAssembly and networks next to the page, and writes a list of the networks. */
export function assets(): Plugin {
  let outDir = '';
  return {
    name: 'elsewhere-assets',
    configResolved(config) {
      outDir = join(config.root, config.build.outDir, 'elsewhere');
    },
    closeBundle() {
      cpSync(ENGINE, outDir, { recursive: true, filter: (path) => !LEFT_OUT.test(basename(path)) });
      const models = readdirSync(outDir).filter((name) => name.endsWith('.tflite'));
      writeFileSync(join(outDir, 'models.json'), JSON.stringify(models));
    },
  };
}

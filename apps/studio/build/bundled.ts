import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';
import { recordBundled } from '../../../scripts/bundled.mjs';

const NOTICES = fileURLToPath(new URL('../THIRD-PARTY-NOTICES.txt', import.meta.url));

/** Records the packages in the page, for `scripts/notices.mjs`, and copies the notices next to it. */
export function bundled(): Plugin {
  let outDir = '';
  return {
    name: 'elsewhere-bundled',
    configResolved(config) {
      outDir = join(config.root, config.build.outDir);
    },
    generateBundle(_, bundle) {
      recordBundled(
        'studio',
        Object.values(bundle).flatMap((file) =>
          file.type === 'chunk' ? file.moduleIds : file.originalFileNames,
        ),
      );
    },
    closeBundle() {
      copyFileSync(NOTICES, join(outDir, 'THIRD-PARTY-NOTICES.txt'));
    },
  };
}

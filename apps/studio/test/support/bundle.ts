import { fileURLToPath } from 'node:url';
import { build } from 'vite';

/**
 * Bundles a test page's script as the studio itself is bundled, workers included: `NAME.ts` of `pages/` becomes `NAME.js`.
 *
 * @param name - Of the script.
 * @param folder - Where it is written.
 */
export async function bundlePage(name: string, folder: string): Promise<void> {
  await build({
    configFile: false,
    root: fileURLToPath(new URL('../..', import.meta.url)),
    base: './',
    logLevel: 'warn',
    worker: { format: 'es' },
    build: {
      outDir: folder,
      emptyOutDir: false,
      minify: false,
      target: 'es2022',
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rolldownOptions: {
        input: fileURLToPath(new URL(`../pages/${name}.ts`, import.meta.url)),
        output: { entryFileNames: '[name].js' },
      },
    },
  });
}

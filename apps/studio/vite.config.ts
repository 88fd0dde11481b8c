import { defineConfig } from 'vite';
import { assets } from './build/assets.ts';
import { bundled } from './build/bundled.ts';
import { icons } from './build/icons.ts';
import { precache } from './build/precache.ts';

export default defineConfig({
  // The page may be served under any path.
  base: './',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  plugins: [assets(), bundled(), icons(), precache()],
  build: {
    target: 'es2022',
    // Both would be forbidden by the page's policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: {
        index: 'index.html',
        output: 'output.html',
        'service-worker': 'service-worker/service-worker.ts',
      },
      output: {
        // A service worker is known by its address.
        entryFileNames: ({ name }) => (name === 'service-worker' ? '[name].js' : 'assets/[name]-[hash].js'),
      },
    },
  },
});

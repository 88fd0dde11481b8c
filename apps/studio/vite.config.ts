import { defineConfig } from 'vite';
import { assets } from './build/assets.ts';

export default defineConfig({
  // The page may be served under any path.
  base: './',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  plugins: [assets()],
  build: {
    target: 'es2022',
    // Both would be forbidden by the page's policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: ['index.html', 'output.html'] },
  },
});

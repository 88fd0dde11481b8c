import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** For `npm run extension:matrix`, which is not part of `npm test`. */
export default defineConfig({
  test: {
    root: fileURLToPath(new URL('../../..', import.meta.url)),
    include: ['apps/extension/matrix/*.matrix.ts'],
    globalSetup: 'packages/web/test/browser/support/setup.ts',
    testTimeout: 300_000,
    hookTimeout: 120_000,
  },
});

import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** For `npm run bench:soak`, which is not part of `npm test`. */
export default defineConfig({
  test: {
    root: fileURLToPath(new URL('../..', import.meta.url)),
    include: ['bench/soak/*.soak.ts'],
    globalSetup: 'packages/web/test/browser/support/setup.ts',
    testTimeout: 3 * 60 * 60_000,
    hookTimeout: 120_000,
  },
});

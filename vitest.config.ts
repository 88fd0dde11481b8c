import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['packages/*/test/**/*.test.ts', 'fixtures/*/test/**/*.test.ts', 'bench/test/**/*.test.ts'],
    // Whole conversions run in some tests, on machines of any speed.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    reporters: process.env['CI']
      ? ['default', ['json', { outputFile: 'out/test-results.json' }]]
      : ['default'],
  },
});

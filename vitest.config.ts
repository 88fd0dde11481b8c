import { defineConfig } from 'vitest/config';

/** Tests that convert files or start the command. What remains in Node is quick: see `npm run test:quick`. */
const CONVERSIONS = [
  'packages/cli/test/e2e/*.test.ts',
  'packages/cli/test/command.test.ts',
  'packages/node/test/media/*.test.ts',
  'packages/node/test/{examples,footprint}.test.ts',
];

/** Tests that drive real browsers. */
const IN_BROWSERS = 'packages/web/test/browser/**/*.test.ts';
const IN_THE_STUDIO = 'apps/studio/test/*.test.ts';

/** Tests that need a GPU, or Chromium's driver that stands in for one. */
const ON_THE_GPU = ['packages/engine/test/gpu/*.test.ts', 'packages/node/test/gpu/*.test.ts'];

export default defineConfig({
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'node',
          include: [
            'packages/*/test/**/*.test.ts',
            'fixtures/*/test/**/*.test.ts',
            'apps/*/test/unit/**/*.test.ts',
            'bench/test/**/*.test.ts',
          ],
          exclude: [...CONVERSIONS, IN_BROWSERS, ...ON_THE_GPU, '**/node_modules/**'],
          maxWorkers: 2,
        },
      },
      {
        extends: true,
        test: { name: 'conversions', include: CONVERSIONS, maxWorkers: 2 },
      },
      {
        extends: true,
        test: {
          name: 'browsers',
          include: [IN_BROWSERS, IN_THE_STUDIO],
          globalSetup: 'packages/web/test/browser/support/setup.ts',
          // One browser at a time, and nothing beside it: they need the processor for themselves.
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'gpu',
          include: ON_THE_GPU,
          globalSetup: [
            'packages/web/test/browser/support/setup.ts',
            'packages/engine/test/gpu/support/setup.ts',
          ],
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
    ],
    // Whole conversions run in some tests, on machines of any speed.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    reporters: process.env['CI']
      ? ['default', ['json', { outputFile: 'out/test-results.json' }]]
      : ['default'],
  },
});

import { defineConfig } from 'vitest/config';

/** Tests that convert files or start commands. What remains in Node is quick: see `npm run test:quick`. */
const CONVERSIONS = [
  'packages/cli/test/e2e/*.test.ts',
  'packages/cli/test/command.test.ts',
  'packages/node/test/media/*.test.ts',
  'packages/node/test/{examples,footprint,networks,probe,thread}.test.ts',
  'bench/test/fuzz.test.ts',
  'packages/web/test/elsewhere-assets.test.ts',
];

/** Tests that drive real browsers. */
const IN_BROWSERS = 'packages/web/test/browser/**/*.test.ts';
const IN_THE_APPS = 'apps/*/test/*.test.ts';

/** Tests that need a GPU, or Chromium's driver that stands in for one: of the engine, and of whole conversions. */
const ON_THE_GPU = 'packages/engine/test/gpu/*.test.ts';
const CONVERSIONS_ON_THE_GPU = 'packages/node/test/gpu/*.test.ts';

/** A folder for files, before tests that convert. */
const CONVERSION_SETUP = 'packages/cli/test/e2e/setup.ts';

/** Browsers and Dawn, before tests on the GPU. */
const GPU_SETUP = ['packages/web/test/browser/support/setup.ts', 'packages/engine/test/gpu/support/setup.ts'];

/**
 * Three files at a time: tests wait for clocks and browsers during a third of their time, so that two leave two processors
 * idle. No test depends on how fast the machine is.
 */
const maxWorkers = 3;

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
          exclude: [...CONVERSIONS, IN_BROWSERS, ON_THE_GPU, CONVERSIONS_ON_THE_GPU, '**/node_modules/**'],
          maxWorkers,
        },
      },
      {
        extends: true,
        test: {
          name: 'conversions',
          include: CONVERSIONS,
          globalSetup: CONVERSION_SETUP,
          maxWorkers,
        },
      },
      {
        extends: true,
        test: {
          name: 'browsers',
          include: [IN_BROWSERS, IN_THE_APPS],
          globalSetup: 'packages/web/test/browser/support/setup.ts',
          maxWorkers,
        },
      },
      {
        extends: true,
        test: {
          name: 'gpu',
          include: [ON_THE_GPU],
          globalSetup: GPU_SETUP,
          maxWorkers,
        },
      },
      {
        extends: true,
        // LiteRT knows one device in a process: these use another one.
        test: {
          name: 'gpu-conversions',
          include: [CONVERSIONS_ON_THE_GPU],
          globalSetup: [CONVERSION_SETUP, ...GPU_SETUP],
          isolate: true,
          maxWorkers,
        },
      },
    ],
    // The files of a project share processes: to load the modules anew for each takes as long as most of their tests, and to
    // compile for a GPU longer. What a test changes outside its own file, it restores.
    isolate: false,
    // Whole conversions run in some tests, on machines of any speed.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } },
    reporters: process.env['CI']
      ? ['default', ['json', { outputFile: 'out/test-results.json' }]]
      : ['default'],
  },
});

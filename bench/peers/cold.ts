import { Chromium } from '../../packages/web/test/browser/support/chromium.js';
import type { TestServer } from '../../packages/web/test/browser/support/server.js';
import { median } from '../table.js';
import type { ColdLab, ColdStep } from './pages/cold.js';

/** What each step does. They overlap in the package itself, where fetching does not wait for compiling. */
const STEPS: Readonly<Record<ColdStep, string>> = {
  script: 'start a worker with the engine: fetch and compile its script',
  fetch: 'fetch kernels.wasm, the network runtime and the first network',
  compile: 'compile the two WebAssembly modules',
  plan: 'check the network and plan it',
  pipeline: 'create the pipeline',
  first: 'process the first frame, 720p',
  second: 'process the second frame',
};

/**
 * Measures the steps of a cold start one after the other, each start in a browser with an empty profile.
 *
 * @returns The head of a table, and the median and the shortest time of each step, in ms.
 */
export async function measureColdStarts(
  path: string,
  server: TestServer,
  starts: number,
): Promise<readonly (readonly string[])[]> {
  const measured: Readonly<Record<ColdStep, number>>[] = [];
  for (let i = 0; i < starts; i++) {
    await using browser = await Chromium.launch({ path });
    await using page = await browser.open<ColdLab>(`${server.origin}/cold`);
    measured.push(await page.run((lab) => lab.start()));
  }
  const rows = (Object.keys(STEPS) as ColdStep[]).map((step) => {
    const times = measured.map((start) => start[step]);
    return [`${step}: ${STEPS[step]}`, median(times).toFixed(1), Math.min(...times).toFixed(1)];
  });
  return [[`step, of ${starts} starts`, 'median ms', 'shortest ms'], ...rows];
}

import { setTimeout as sleep } from 'node:timers/promises';
import { memoryOfTree, processorTimeOfTree } from '../processes.js';

/** What a browser used during some time. */
export interface Use {
  /** Start and end, in milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
  /** CPU seconds of all of the browser's processes. */
  readonly processor: number;
  /** MB at the end. */
  readonly memory: number;
}

/**
 * Measures what a browser uses during the next seconds.
 *
 * @param browser - The browser's process ID.
 */
export async function measureUse(browser: number, seconds: number): Promise<Use> {
  const [from, before] = [Date.now(), processorTimeOfTree(browser)];
  await sleep(1000 * seconds);
  const [to, after] = [Date.now(), processorTimeOfTree(browser)];
  return { from, to, processor: after - before, memory: memoryOfTree(browser) };
}

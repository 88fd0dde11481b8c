import { setTimeout as sleep } from 'node:timers/promises';
import { memoryOfTree, processorTimeOfTree } from '../processes.js';

/** What a browser used during a while. */
export interface Use {
  /** Begin and end, in milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
  /** Seconds of the processor, all of the browser's processes together. */
  readonly processor: number;
  /** MB at the end of it. */
  readonly memory: number;
}

/**
 * Measures what a browser uses during the next seconds.
 *
 * @param browser - Its process.
 * @param seconds - How long.
 */
export async function measureUse(browser: number, seconds: number): Promise<Use> {
  const [from, before] = [Date.now(), processorTimeOfTree(browser)];
  await sleep(1000 * seconds);
  const [to, after] = [Date.now(), processorTimeOfTree(browser)];
  return { from, to, processor: after - before, memory: memoryOfTree(browser) };
}

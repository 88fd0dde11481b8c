import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Item } from './items/item.js';
import type { ItemResult } from './judge.js';
import type { WorkerSettings } from './worker.js';

/** Each thread has its own networks and frames in memory. */
const MAX_THREADS = 4;

/**
 * Judges items on several threads.
 *
 * @param items - Processed in order: put slow ones first.
 * @param settings - The settings of each thread.
 * @param onResult - Called after each item.
 * @returns The results in the order of the items.
 */
export async function judgeAll(
  items: readonly Item[],
  settings: WorkerSettings,
  onResult: (result: ItemResult) => void,
): Promise<readonly ItemResult[]> {
  const results: ItemResult[] = [];
  const queue = items.entries();
  const work = async () => {
    const worker = new Worker(new URL('./worker.js', import.meta.url), { workerData: settings });
    try {
      for (const [index, item] of queue) {
        const result = await judgeInWorker(worker, item);
        results[index] = result;
        onResult(result);
      }
    } finally {
      await worker.terminate();
    }
  };
  const threads = Math.min(MAX_THREADS, availableParallelism(), items.length);
  await Promise.all(Array.from({ length: threads }, work));
  return results;
}

function judgeInWorker(worker: Worker, item: Item): Promise<ItemResult> {
  return new Promise((resolve, reject) => {
    const settle = () => {
      worker.off('message', onMessage);
      worker.off('error', onError);
    };
    const onMessage = (result: ItemResult) => {
      settle();
      resolve(result);
    };
    const onError = (cause: unknown) => {
      settle();
      reject(new Error(`${item.source}/${item.name} could not be judged.`, { cause }));
    };
    worker.on('message', onMessage);
    worker.on('error', onError);
    worker.postMessage(item);
  });
}

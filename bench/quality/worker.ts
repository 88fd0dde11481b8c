import { parentPort, workerData } from 'node:worker_threads';
import type { Item } from './items/item.js';
import { judge } from './judge.js';
import { Networks } from './methods/networks.js';
import { chooseRows, type MethodSettings } from './methods/registry.js';

/** What a worker is started with. */
export interface WorkerSettings extends MethodSettings {
  /** Names of rows or groups; none for all. */
  readonly rows: readonly string[];
}

// A thread of the bench: judges the items that it is sent, one after the other, with methods of its own.
const settings = workerData as WorkerSettings;
const networks = new Networks();
const methods = chooseRows(settings.rows, settings).map(({ make }) => make(networks, settings));
parentPort?.on('message', async (item: Item) => {
  parentPort?.postMessage(await judge(item, methods));
});

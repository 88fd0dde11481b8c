import { parentPort, workerData } from 'node:worker_threads';
import type { Item } from './items/item.js';
import { judge } from './judge.js';
import { Networks } from './methods/networks.js';
import { chooseRows, type MethodSettings } from './methods/registry.js';

/** The settings of a worker. */
export interface WorkerSettings extends MethodSettings {
  /** Names of rows or groups; empty for all. */
  readonly rows: readonly string[];
}

// A thread of the bench. Judges the items that it receives, one after the other, with its own methods.
const settings = workerData as WorkerSettings;
const networks = new Networks();
const methods = chooseRows(settings.rows, settings).map(({ make }) => make(networks, settings));
parentPort?.on('message', async (item: Item) => {
  parentPort?.postMessage(await judge(item, methods));
});

import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { serializeError } from '@elsewhere/engine/internal';
import { compiledModules, shareModules } from '../wasm-modules.js';
import { runJob } from './job.js';
import type { WorkerInput, WorkerMessage } from './protocol.js';

/** The thread of one conversion. */
async function main(port: NonNullable<typeof parentPort>): Promise<void> {
  const post = (message: WorkerMessage) => port.postMessage(message);
  const { job, modules } = workerData as WorkerInput;
  post({ type: 'ready' });
  shareModules(modules);
  try {
    const report = await runJob(job, (progress) => post({ type: 'progress', progress }));
    post({ type: 'done', report });
  } catch (error) {
    post({ type: 'failed', error: serializeError(error) });
  } finally {
    post({ type: 'compiled', modules: compiledModules() });
    port.close();
  }
}

if (!isMainThread && parentPort) await main(parentPort);

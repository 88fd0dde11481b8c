import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { runJob } from './job.js';
import { toPlain, type WorkerInput, type WorkerMessage } from './messages.js';
import { compiledModules, shareModules } from './modules.js';

/** The thread of one conversion. */
async function main(port: NonNullable<typeof parentPort>): Promise<void> {
  const tell = (message: WorkerMessage) => port.postMessage(message);
  const { job, modules } = workerData as WorkerInput;
  tell({ type: 'ready' });
  shareModules(modules);
  try {
    const report = await runJob(job, (progress) => tell({ type: 'progress', progress }));
    tell({ type: 'done', report });
  } catch (error) {
    tell({ type: 'failed', error: toPlain(error) });
  } finally {
    tell({ type: 'compiled', modules: compiledModules() });
    port.close();
  }
}

if (!isMainThread && parentPort) await main(parentPort);

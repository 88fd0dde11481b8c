import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { runJob } from './job.js';
import { type Job, toPlain, type WorkerMessage } from './messages.js';

/** The thread of one conversion. */
async function main(port: NonNullable<typeof parentPort>): Promise<void> {
  const tell = (message: WorkerMessage) => port.postMessage(message);
  tell({ type: 'ready' });
  try {
    const report = await runJob(workerData as Job, (progress) => tell({ type: 'progress', progress }));
    tell({ type: 'done', report });
  } catch (error) {
    tell({ type: 'failed', error: toPlain(error) });
  } finally {
    port.close();
  }
}

if (!isMainThread && parentPort) await main(parentPort);

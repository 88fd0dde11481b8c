import { once } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { serializeError } from '@elsewhere/engine/internal';
import { precompile } from '../pipeline.js';
import { compiledModules, shareModules } from '../wasm-modules.js';
import type { JobMessage, ThreadOptions, WorkerMessage } from './protocol.js';

/** The thread of one conversion. */
async function main(port: NonNullable<typeof parentPort>): Promise<void> {
  const post = (message: WorkerMessage) => port.postMessage(message);
  const { v8Flags } = workerData as ThreadOptions;
  for (const each of v8Flags) setFlagsFromString(each);
  const [{ job, modules }] = (await once(port, 'message')) as [JobMessage];
  shareModules(modules);
  precompile();
  try {
    // Loads FFmpeg.
    const { runJob } = await import('./job.js');
    post({ type: 'ready' });
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

import { sendError } from '../errors.js';
import { convert } from './job.js';
import type { FromConverter, Job, ToConverter } from './protocol.js';

const cancelled = new AbortController();

self.onmessage = ({ data }: MessageEvent<ToConverter>) => {
  if (data.type === 'convert') void run(data.job);
  else cancelled.abort();
};

async function run(job: Job): Promise<void> {
  try {
    const result = await convert(job, cancelled.signal, (progress) => tell({ type: 'progress', progress }));
    tell({ type: 'done', result });
  } catch (error) {
    tell({ type: 'failed', error: sendError(error) });
  }
}

function tell(message: FromConverter): void {
  self.postMessage(message);
}

import { serializeError } from '@elsewhere/engine/internal';
import { convert } from './job.js';
import type { FromConverter, Job, ToConverter } from './protocol.js';

const aborted = new AbortController();
const stopped = new AbortController();

self.onmessage = ({ data }: MessageEvent<ToConverter>) => {
  switch (data.type) {
    case 'convert':
      void run(data.job);
      return;
    case 'abort':
      aborted.abort();
      return;
    case 'stop':
      stopped.abort();
      return;
  }
};

async function run(job: Job): Promise<void> {
  try {
    const report = await convert(job, {
      signal: aborted.signal,
      stop: stopped.signal,
      onProgress: (progress) => post({ type: 'progress', progress }),
    });
    post({ type: 'done', report });
  } catch (error) {
    post({ type: 'failed', error: serializeError(error) });
  }
}

function post(message: FromConverter): void {
  self.postMessage(message);
}

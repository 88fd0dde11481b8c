import { createRequire } from 'node:module';
import { SHARE_ENV, Worker } from 'node:worker_threads';
import type { ThreadOptions } from './protocol.js';

let spare: Worker | undefined;

/**
 * Starts the thread of the next conversion, which loads what it can while the caller finds out what to convert. It does not keep
 * the process alive, and no native code is loaded before it has a job, so that the process may exit at any time.
 *
 * @param options - What the thread does before it compiles WebAssembly.
 */
export function prepareThread(options: ThreadOptions): void {
  const thread = startThread(options);
  const forget = () => {
    if (spare === thread) spare = undefined;
  };
  // Whoever takes a thread gets the error of its own.
  thread.on('error', forget);
  thread.on('exit', forget);
  thread.unref();
  spare = thread;
}

/** The prepared thread, or a new one. It waits for a `JobMessage`. */
export function takeThread(): Worker {
  const thread = spare ?? startThread({ v8Flags: [] });
  spare = undefined;
  thread.ref();
  return thread;
}

function startThread(options: ThreadOptions): Worker {
  return new Worker(createRequire(import.meta.url).resolve('@elsewhere/node/internal/thread'), {
    workerData: options,
    stdout: true,
    stderr: true,
    // A thread inherits it, and does not start: it is for scripts on the command line only.
    execArgv: process.execArgv.filter((argument) => !argument.startsWith('--input-type')),
    // For `quietly` in media/ffmpeg.ts.
    env: SHARE_ENV,
  });
}

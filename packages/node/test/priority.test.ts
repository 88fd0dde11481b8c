import { getPriority } from 'node:os';
import { Worker } from 'node:worker_threads';
import { expect, it, onTestFinished } from 'vitest';
import { withYieldingThreads } from '../src/media/output/priority.js';

const SCRIPT = `
const { readlinkSync } = require('node:fs');
const { parentPort } = require('node:worker_threads');
parentPort.postMessage(Number(readlinkSync('/proc/thread-self').split('/').at(-1)));
parentPort.once('message', () => {});
`;

/** The id of the thread of a worker, which waits. */
async function idOf(worker: Worker): Promise<number> {
  onTestFinished(async () => void (await worker.terminate()));
  return new Promise((resolve) => worker.once('message', resolve));
}

it.runIf(process.platform === 'linux')(
  'lowers the priority of the threads that start meanwhile, and of no others',
  async () => {
    const usual = getPriority();
    const before = await idOf(new Worker(SCRIPT, { eval: true }));
    const worker = withYieldingThreads(() => new Worker(SCRIPT, { eval: true }));
    const started = await idOf(worker);
    expect(getPriority(started)).toBeGreaterThan(usual);
    expect(getPriority(before)).toBe(usual);
    expect(getPriority()).toBe(usual);
    // What it starts later has the usual priority.
    expect(getPriority(await idOf(new Worker(SCRIPT, { eval: true })))).toBe(usual);
  },
);

it('returns what was opened, and passes on its errors', () => {
  expect(withYieldingThreads(() => -22)).toBe(-22);
  const fail = () => {
    throw new Error('It cannot be opened.');
  };
  expect(() => withYieldingThreads(fail)).toThrow('It cannot be opened.');
});

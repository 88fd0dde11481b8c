import { setTimeout as sleep } from 'node:timers/promises';
import type { Frame, Worker } from 'playwright-core';
import type { ExtendedChromium } from '../support/extension.js';

/** Where a call runs, for what breaks it. */
export interface Call {
  readonly browser: ExtendedChromium;
  /**
   * Those that have a hidden frame: the one that uses the camera, and the meeting's, whose own `getUserMedia` is called for another
   * frame's camera by the form `kept reference`.
   */
  readonly frames: readonly Frame[];
}

/** What breaks during a call. */
export interface Fault {
  readonly name: string;
  /** Breaks it. */
  inject(call: Call): Promise<void>;
  /** What is shown until it works again, or for good. */
  readonly shows: 'person' | 'background';
  /** Whether the person comes back without a new page. */
  readonly recovers: boolean;
  /** Makes the browser whole for the next call. */
  repair?(call: Call): Promise<void>;
}

const ENGINE = 'elsewhere/worker.js';
const PLANES = 'planes.js';

/** The workers' number must stay the same for so many milliseconds: those that draw a fallback come and go. */
const STEADY = 1500;

/** The workers of all hidden frames with a script. */
async function workersOf({ frames }: Call, script: string): Promise<readonly Worker[]> {
  const pages = [...new Set(frames.map((frame) => frame.page()))];
  const find = () =>
    pages.flatMap((page) => page.workers().filter((worker) => worker.url().endsWith(script)));
  let found = find();
  let since = performance.now();
  for (const start = since; performance.now() - start < 30_000; ) {
    await sleep(50);
    const now = find();
    if (now.length !== found.length || now.some((worker) => !found.includes(worker)))
      since = performance.now();
    found = now;
    if (found.length > 0 && performance.now() - since > STEADY) return found;
  }
  throw new Error(`There are ${found.length} workers of ${script}, and their number does not stay.`);
}

/** Runs something in the workers, which may not live to answer. */
async function breakWorkers(call: Call, script: string, how: () => void): Promise<void> {
  for (const worker of await workersOf(call, script)) void worker.evaluate(how).catch(() => {});
}

/** Runs something in all frames that have a hidden one. */
async function inFrames({ frames }: Call, how: () => void): Promise<void> {
  for (const frame of frames) await frame.evaluate(how);
}

const end = () => self.close();
const hang = () => {
  for (;;);
};

/** Waits until the extension runs again. */
async function awaitExtension({ browser }: Call): Promise<void> {
  await browser.restarted();
}

async function enable(call: Call): Promise<void> {
  await call.browser.setEnabled(true);
  await awaitExtension(call);
}

/** All that breaks. */
export const FAULTS: readonly Fault[] = [
  { name: 'none', inject: async () => {}, shows: 'person', recovers: true },
  {
    name: 'engine worker ends',
    inject: (call) => breakWorkers(call, ENGINE, end),
    shows: 'background',
    recovers: true,
  },
  {
    name: 'engine worker hangs',
    inject: (call) => breakWorkers(call, ENGINE, hang),
    shows: 'background',
    recovers: true,
  },
  {
    name: 'engine fails with each frame',
    inject: (call) =>
      breakWorkers(call, ENGINE, () => {
        const { set } = Uint8Array.prototype;
        // A whole frame of 640x360 pixels at once: only those that come in are copied in one piece.
        Uint8Array.prototype.set = function (source, offset) {
          if (source.length >= 640 * 360 * 1.5) throw new Error('broken');
          set.call(this, source, offset);
        };
      }),
    shows: 'background',
    recovers: false,
  },
  {
    name: 'planes worker ends',
    inject: (call) => breakWorkers(call, PLANES, end),
    shows: 'background',
    recovers: true,
  },
  {
    name: 'planes worker hangs',
    inject: (call) => breakWorkers(call, PLANES, hang),
    shows: 'background',
    recovers: true,
  },
  {
    name: 'page removes the hidden frame',
    inject: (call) => inFrames(call, () => document.querySelector('html > div')?.remove()),
    shows: 'background',
    recovers: true,
  },
  {
    name: 'page removes each hidden frame',
    inject: (call) =>
      inFrames(call, () => {
        const remove = () => document.querySelector('html > div')?.remove();
        new MutationObserver(remove).observe(document.documentElement, { childList: true });
        remove();
      }),
    shows: 'background',
    recovers: false,
  },
  {
    name: 'process of the extension crashes',
    inject: async ({ browser }) => browser.killProcess(),
    shows: 'background',
    recovers: true,
    repair: awaitExtension,
  },
  // What is loaded already stays in Chromium: the call goes on, and changes of the settings do not reach it.
  {
    name: 'extension is reloaded',
    inject: ({ browser }) => browser.reload(),
    shows: 'person',
    recovers: false,
    repair: awaitExtension,
  },
  {
    name: 'extension is disabled',
    inject: ({ browser }) => browser.setEnabled(false),
    shows: 'person',
    recovers: false,
    repair: enable,
  },
  {
    name: 'extension is disabled, then the engine ends',
    inject: async (call) => {
      const workers = await workersOf(call, ENGINE);
      await call.browser.setEnabled(false);
      for (const worker of workers) void worker.evaluate(end).catch(() => {});
    },
    shows: 'background',
    recovers: false,
    repair: enable,
  },
];

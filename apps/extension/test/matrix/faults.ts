import type { Frame, Page, Worker } from 'playwright-core';
import type { ExtendedChromium } from '../support/extension.js';

/** Where a call runs, for what breaks it. */
export interface Call {
  readonly browser: ExtendedChromium;
  /** The tab. */
  readonly page: Page;
  /** The frame that uses the camera. */
  readonly frame: Frame;
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

/** A worker of the hidden frame, when there is one and no other with its script. */
async function workerOf({ page }: Call, script: string): Promise<Worker> {
  for (let waited = 0; waited < 30_000; waited += 50) {
    const found = page.workers().filter((worker) => worker.url().endsWith(script));
    const [worker] = found;
    if (worker && found.length === 1) return worker;
    await page.waitForTimeout(50);
  }
  throw new Error(`There is no ${script}, or more than one.`);
}

/** Runs something in a worker that may not live to answer. */
async function breakWorker(call: Call, script: string, how: () => void): Promise<void> {
  const worker = await workerOf(call, script);
  void worker.evaluate(how).catch(() => {});
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
    inject: (call) => breakWorker(call, ENGINE, end),
    shows: 'background',
    recovers: true,
  },
  {
    name: 'engine worker hangs',
    inject: (call) => breakWorker(call, ENGINE, hang),
    shows: 'background',
    recovers: true,
  },
  {
    name: 'engine fails with each frame',
    inject: (call) =>
      breakWorker(call, ENGINE, () => {
        VideoFrame.prototype.copyTo = () => Promise.reject(new Error('broken'));
      }),
    shows: 'background',
    recovers: false,
  },
  {
    name: 'planes worker ends',
    inject: (call) => breakWorker(call, PLANES, end),
    shows: 'background',
    recovers: true,
  },
  {
    name: 'planes worker hangs',
    inject: (call) => breakWorker(call, PLANES, hang),
    shows: 'background',
    recovers: true,
  },
  {
    name: 'page removes the hidden frame',
    inject: ({ frame }) => frame.evaluate(() => document.documentElement.lastElementChild?.remove()),
    shows: 'background',
    recovers: true,
  },
  {
    name: 'page removes each hidden frame',
    inject: ({ frame }) =>
      frame.evaluate(() => {
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
      const worker = await workerOf(call, ENGINE);
      await call.browser.setEnabled(false);
      void worker.evaluate(end).catch(() => {});
    },
    shows: 'background',
    recovers: false,
    repair: enable,
  },
];

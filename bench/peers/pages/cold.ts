/** A step of a cold start. */
export type ColdStep = 'script' | 'fetch' | 'compile' | 'plan' | 'pipeline' | 'first' | 'second';

/** The duration of each step, in milliseconds. */
export type ColdTimes = Readonly<Record<ColdStep, number>>;

/** What the worker posts: that it runs, and after all steps how long they took. */
export type ColdReport =
  | { readonly type: 'ready' }
  | ({ readonly type: 'times' } & Omit<ColdTimes, 'script'>);

/** What the bench controls in the page. */
const lab = {
  /** Starts once. Call it once in a page. */
  start: () =>
    new Promise<ColdTimes>((resolve, reject) => {
      const began = performance.now();
      let script = 0;
      const worker = new Worker('/pages/cold.worker.js', { type: 'module' });
      worker.onerror = ({ message }) => reject(new Error(message));
      worker.onmessage = ({ data }: MessageEvent<ColdReport>) => {
        if (data.type === 'ready') script = performance.now() - began;
        else resolve({ ...data, script });
      };
    }),
};

/** The page's lab. */
export type ColdLab = typeof lab;

Object.assign(globalThis, { lab });

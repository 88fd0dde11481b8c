import { readdir, readFile, readlink, realpath } from 'node:fs/promises';
import { join } from 'node:path';

/** How often readers are counted, in milliseconds. */
const INTERVAL_MS = 300;

/** Where the kernel's count does not say whether anything has changed, open files are looked through this often. */
const SCAN_MS = 1200;

/** Programs open every camera for a moment to list them: a reader counts when it is there so many times in a row. */
const CONFIRMATIONS = 2;

/** What tests replace. */
export interface ReaderSources {
  /** Default `/proc`. */
  readonly proc?: string;
  /** Default `/sys`. */
  readonly sys?: string;
  /** The process that does not count. Default: this one. */
  readonly self?: number;
}

/** Counts the readers of an output. */
type Counter = () => Promise<number>;

/**
 * Makes a function that counts the programs that have a file or device open, this one aside.
 *
 * Processes of other users and containers cannot be looked into. For devices of v4l2loopback the kernel's count of all that use the
 * module is taken instead, less what other loopback devices account for.
 *
 * @param path - The file or device.
 * @param others - Further loopback devices.
 */
export function readerCounter(
  path: string,
  others: readonly string[],
  { proc = '/proc', sys = '/sys', self = process.pid }: ReaderSources = {},
): Counter {
  let lastUses: number | undefined;
  let lastScan = Number.NEGATIVE_INFINITY;
  let lastCount = 0;
  return async () => {
    const uses = await moduleUses(sys);
    const now = performance.now();
    const isKnown = uses === undefined ? now - lastScan < SCAN_MS : uses === lastUses;
    if (isKnown) return lastCount;
    lastUses = uses;
    lastScan = now;
    const paths = await Promise.all([path, ...others].map((each) => realpath(each).catch(() => each)));
    const [own = '', ...rest] = paths;
    const open = await openFiles(new Set(paths), proc, self);
    const seen = open.get(own) ?? 0;
    const elsewhere = rest.reduce((sum, each) => sum + (open.get(each) ?? 0), 0);
    // This process has the device open once.
    lastCount = uses === undefined ? seen : Math.max(seen, uses - 1 - elsewhere);
    return lastCount;
  };
}

/** How many files of v4l2loopback are open; `undefined` without the module. */
async function moduleUses(sys: string): Promise<number | undefined> {
  const text = await readFile(join(sys, 'module/v4l2loopback/refcnt'), 'utf8').catch(() => '');
  const uses = Number.parseInt(text, 10);
  return uses >= 0 ? uses : undefined;
}

/** How many processes have each of some files open. */
async function openFiles(
  paths: ReadonlySet<string>,
  proc: string,
  self: number,
): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  const processes = (await readdir(proc).catch(() => [])).filter(
    (name) => /^\d+$/.test(name) && Number(name) !== self,
  );
  for (const id of processes) {
    const folder = join(proc, id, 'fd');
    // Gone meanwhile, or of another user.
    const files = await readdir(folder).catch(() => []);
    const targets = await Promise.all(files.map((file) => readlink(join(folder, file)).catch(() => '')));
    for (const path of new Set(targets)) {
      if (paths.has(path)) counts.set(path, (counts.get(path) ?? 0) + 1);
    }
  }
  return counts;
}

/** Counts readers again and again. */
export class ReaderWatcher implements Disposable {
  readonly #count: Counter;
  readonly #interval: number;
  #readers = 0;
  #candidate = 0;
  #seen = 0;
  #timer: NodeJS.Timeout | undefined;
  #isDisposed = false;

  /**
   * @param count - Counts them; see {@link readerCounter}.
   * @param interval - Milliseconds between two counts.
   */
  constructor(count: Counter, interval = INTERVAL_MS) {
    this.#count = count;
    this.#interval = interval;
    void this.#watch();
  }

  /** How many there are. */
  get readers(): number {
    return this.#readers;
  }

  /** Ends it. */
  [Symbol.dispose](): void {
    this.#isDisposed = true;
    clearTimeout(this.#timer);
  }

  async #watch(): Promise<void> {
    const found = await this.#count();
    this.#seen = found === this.#candidate ? this.#seen + 1 : 1;
    this.#candidate = found;
    if (this.#seen >= CONFIRMATIONS) this.#readers = found;
    if (!this.#isDisposed) this.#timer = setTimeout(() => void this.#watch(), this.#interval);
  }
}

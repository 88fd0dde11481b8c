import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Kind, Order, Verdict } from './kind.js';

/** How long one case may take, in milliseconds, on a machine that has other work to do. */
const TIME = 60_000;

/** How much memory a process may hold at most, in bytes: what the largest picture that is allowed takes, and the engine. */
const MEMORY = 1.5 * 2 ** 30;

/** A process is replaced after so many cases, so that what one of them leaves behind is seen beside the next ones. */
const CASES_PER_PROCESS = 200;

/** How many cases are run. */
export interface Extent {
  readonly seed: number;
  readonly count: number;
  readonly seconds: number;
}

/** A fault with the seed that shows it again. */
export interface Found {
  readonly seed: number;
  readonly what: string;
}

export interface Report {
  readonly cases: number;
  /** How often each outcome came. */
  readonly outcomes: ReadonlyMap<string, number>;
  /** The most memory that a process has held, in bytes. */
  readonly memory: number;
  /** The longest that a case took, in milliseconds. */
  readonly longest: number;
  readonly found: readonly Found[];
}

/**
 * Runs cases in a process of their own, each with the next seed, until so many have run or so much time has passed.
 *
 * @param child - The script of the process.
 * @param onFound - Called with each fault at once.
 */
export async function runCases(
  child: string,
  kind: Kind,
  { seed, count, seconds }: Extent,
  onFound: (found: Found) => void,
): Promise<Report> {
  const shared = mkdtempSync(join(tmpdir(), 'elsewhere-fuzz-'));
  const end = performance.now() + seconds * 1000;
  const totals = { cases: 0, memory: 0, longest: 0 };
  const outcomes = new Map<string, number>();
  const found: Found[] = [];
  let process: Runner | undefined;
  try {
    while (totals.cases < count && performance.now() < end) {
      process ??= new Runner(child, shared);
      const started = performance.now();
      const verdict = await process.run({ kind, seed: seed + totals.cases });
      totals.cases++;
      totals.longest = Math.max(totals.longest, performance.now() - started);
      totals.memory = Math.max(totals.memory, verdict.memory);
      if (verdict.outcome) outcomes.set(verdict.outcome, (outcomes.get(verdict.outcome) ?? 0) + 1);
      const what =
        verdict.fault ??
        (verdict.memory > MEMORY ? `The process held ${verdict.memory >> 20} MB.` : undefined);
      if (what !== undefined) {
        found.push({ seed: verdict.seed, what });
        onFound({ seed: verdict.seed, what });
      }
      if (what !== undefined || process.cases >= CASES_PER_PROCESS) {
        await process.end();
        process = undefined;
      }
    }
  } finally {
    await process?.end();
    rmSync(shared, { recursive: true, force: true });
  }
  return { ...totals, outcomes, found };
}

/** A process that runs cases. */
class Runner {
  readonly #child: ChildProcess;
  readonly #exit: Promise<string>;
  #printed = '';
  cases = 0;

  constructor(script: string, shared: string) {
    this.#child = fork(script, [shared], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#printed = (this.#printed + text).slice(-2000);
      });
    }
    this.#exit = new Promise((resolve) => {
      this.#child.on('exit', (code, signal) => resolve(`The process ended (${signal ?? code}).`));
    });
  }

  /** Runs a case: a crash, a hang and anything printed are faults. */
  async run(order: Order): Promise<Verdict> {
    this.cases++;
    const { seed } = order;
    const failed = (fault: string): Verdict => ({
      seed,
      fault: `${fault}\n${this.#printed}`.trim(),
      memory: 0,
    });
    let timer: NodeJS.Timeout | undefined;
    const verdict = await Promise.race([
      new Promise<Verdict>((resolve) => {
        this.#child.once('message', (verdict: Verdict) => resolve(verdict));
        this.#child.send(order);
      }),
      this.#exit.then(failed),
      new Promise<Verdict>((resolve) => {
        timer = setTimeout(() => resolve(failed(`The case takes more than ${TIME / 1000} s.`)), TIME);
      }),
    ]);
    clearTimeout(timer);
    // A process that has printed something is replaced, so that the next case is not blamed for it.
    if (verdict.fault === undefined && this.#printed !== '') return failed('Something was printed:');
    return verdict;
  }

  async end(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#exit;
  }
}

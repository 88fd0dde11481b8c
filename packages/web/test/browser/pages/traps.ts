/**
 * A fault for a worker. The script that sets it comes before the worker's own one in a bundle made for tests only, and changes
 * what that one finds: the package itself knows nothing of it.
 *
 * @typeParam Site - Where it may strike.
 */
export interface Fault<Site extends string> {
  /** Where it strikes. */
  readonly at: Site;
  /**
   * `throw`; `wait` (answers late) and `hang` (never answers), where a promise is waited for; `spin`: blocks the worker
   * for good; `crash`: an error that nobody catches; `quit`: the worker is gone without a word; `lose`: the GPU is lost;
   * `refuse`: the GPU refuses, as where it has no memory.
   */
  readonly does: 'throw' | 'wait' | 'hang' | 'spin' | 'crash' | 'quit' | 'lose' | 'refuse';
  /** How many calls go well before it strikes. Default 0. */
  readonly after?: number;
  /** How often it strikes. Default: for good. */
  readonly times?: number;
  /** Of `wait`, in milliseconds. */
  readonly milliseconds?: number;
}

/** A fault's site, and how often it has been passed. */
export class Trap<Site extends string> {
  readonly fault: Fault<Site>;
  #calls = 0;

  constructor(fault: Fault<Site>) {
    this.fault = fault;
  }

  /** Whether it strikes this time. */
  strikes(): boolean {
    const { after = 0, times = Number.POSITIVE_INFINITY } = this.fault;
    const call = this.#calls++;
    return call >= after && call < after + times;
  }
}

/** Asks the test for faults, before anything else runs. */
export function askForFaults<Site extends string>(path: string): readonly Trap<Site>[] {
  const request = new XMLHttpRequest();
  request.open('GET', path, false);
  request.send();
  const faults = JSON.parse(request.responseText) as readonly Fault<Site>[];
  return faults.map((fault) => new Trap(fault));
}

/** Does at once what can be done at once. */
export function strike({ fault }: Trap<string>): void {
  switch (fault.does) {
    case 'throw':
      throw new Error(`A fault was injected at ${fault.at}.`);
    case 'spin':
      for (;;);
    case 'crash':
      setTimeout(() => {
        throw new Error('A crash was injected.');
      });
      return;
    case 'quit':
      self.close();
      for (;;);
    default:
      return;
  }
}

/** Answers late, or never. */
async function delay({ fault }: Trap<string>): Promise<void> {
  if (fault.does === 'hang') await new Promise(() => {});
  if (fault.does === 'wait') await new Promise((resolve) => setTimeout(resolve, fault.milliseconds ?? 0));
}

/** Puts traps before a function. */
export function guarded<F extends (...args: never[]) => unknown>(
  traps: readonly Trap<string>[],
  original: F,
  strikes = strike,
): F {
  if (traps.length === 0) return original;
  return function (this: unknown, ...args: never[]) {
    for (const trap of traps) if (trap.strikes()) strikes(trap);
    return original.apply(this, args);
  } as F;
}

/** The same for a function that is waited for. */
export function guardedAsync<F extends (...args: never[]) => Promise<unknown>>(
  traps: readonly Trap<string>[],
  original: F,
): F {
  if (traps.length === 0) return original;
  return async function (this: unknown, ...args: never[]) {
    for (const trap of traps) {
      if (!trap.strikes()) continue;
      strike(trap);
      await delay(trap);
    }
    return original.apply(this, args);
  } as F;
}

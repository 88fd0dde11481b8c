import { setTimeout as sleep } from 'node:timers/promises';

/**
 * A page under test, in whichever browser. The page's script puts an object on `globalThis.lab`; a test runs functions
 * with it.
 *
 * @typeParam Lab - The type of that object.
 */
export interface TestPage<Lab> extends AsyncDisposable {
  /** Uncaught exceptions and unhandled rejections, of the page itself. */
  readonly errors: readonly string[];
  /** What the page has written to its console, as `level: text`. */
  readonly console: readonly string[];
  /** Addresses of all requests, where the browser reports them. */
  readonly requests: readonly string[];
  /** Opens an address and waits until the lab is there. */
  open(url: string): Promise<void>;
  /**
   * Runs a function in the page. It goes there as text: it sees its two arguments and the page's globals, nothing
   * else; what goes in and comes out must be plain data.
   *
   * @param body - The function.
   * @param argument - Its second argument.
   * @param timeout - Milliseconds after which to give up, on this side. Default {@link PATIENCE}.
   */
  run<Result, Argument = undefined>(
    body: (lab: Lab, argument: Argument) => Result | Promise<Result>,
    argument?: Argument,
    timeout?: number,
  ): Promise<Result>;
}

/** A tab as a driver has it: what Playwright's and Puppeteer's have in common. */
interface Tab {
  goto(url: string, options: { timeout: number }): Promise<unknown>;
  evaluate(expression: string): Promise<unknown>;
  close(): Promise<void>;
}

/** A tab behind a driver. Subclasses subscribe to the events, which differ between the drivers. */
export abstract class DrivenPage<Lab, Driver extends Tab> implements TestPage<Lab> {
  readonly errors: string[] = [];
  readonly console: string[] = [];
  readonly requests: string[] = [];
  /** The driver's own object, for what only this browser can do. */
  readonly page: Driver;

  constructor(page: Driver) {
    this.page = page;
  }

  async open(url: string): Promise<void> {
    await this.page.goto(url, { timeout: PATIENCE });
    await untilThere((expression) => this.page.evaluate(expression));
  }

  async run<Result, Argument = undefined>(
    body: (lab: Lab, argument: Argument) => Result | Promise<Result>,
    argument?: Argument,
    timeout = PATIENCE,
  ): Promise<Result> {
    const result = this.page.evaluate(expressionOf(body, argument));
    return resultOf(await withTimeout(result, timeout, 'What runs in the page'));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.page.close();
  }
}

/** How long anything may take before it counts as hung, in milliseconds. */
export const PATIENCE = 100_000;

/** The call of a function in the page, as an expression for its result as JSON: browsers disagree on anything else. */
export function expressionOf(body: (...args: never[]) => unknown, argument: unknown): string {
  const call = `(${body})(globalThis.lab, ${JSON.stringify(argument) ?? 'undefined'})`;
  return `(async () => JSON.stringify(await ${call}))()`;
}

/** What came of {@link expressionOf}. */
export function resultOf<Result>(json: unknown): Result {
  return (typeof json === 'string' ? JSON.parse(json) : undefined) as Result;
}

/**
 * Waits until a page's script has put the lab there. Asks from this side: the page's policy forbids what the libraries'
 * own ways of waiting do.
 */
export async function untilThere(evaluate: (expression: string) => Promise<unknown>): Promise<void> {
  for (let waited = 0; waited < PATIENCE; waited += 50) {
    if (await evaluate('Boolean(globalThis.lab)')) return;
    await sleep(50);
  }
  throw new Error('There is no lab on this page.');
}

/** Rejects after a time-out: a browser that hangs must not hang the tests. */
export async function withTimeout<T>(work: Promise<T>, milliseconds: number, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took longer than ${milliseconds} ms.`)), milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

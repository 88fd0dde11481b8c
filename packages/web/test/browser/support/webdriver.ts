import { PATIENCE } from './page.js';

/** What a WebDriver answers. */
interface Answer {
  readonly value: unknown;
}

/** A WebDriver session: the few commands that the tests need, each with a time-out on this side. */
export class WebDriverSession {
  readonly #url: string;

  private constructor(url: string) {
    this.#url = url;
  }

  /**
   * Starts a session.
   *
   * @param origin - Of the driver.
   * @param capabilities - What `alwaysMatch` says.
   */
  static async create(
    origin: string,
    capabilities: Readonly<Record<string, unknown>>,
  ): Promise<WebDriverSession> {
    const value = await call('POST', `${origin}/session`, { capabilities: { alwaysMatch: capabilities } });
    const { sessionId } = value as { sessionId: string };
    return new WebDriverSession(`${origin}/session/${sessionId}`);
  }

  /** Opens an address and waits until it has loaded. */
  async open(url: string): Promise<void> {
    await call('POST', `${this.#url}/url`, { url });
  }

  /**
   * Evaluates an expression in the page and waits for it, where it is a promise.
   *
   * @param expression - JavaScript.
   * @param timeout - Milliseconds.
   * @returns Plain data.
   */
  async evaluate(expression: string, timeout = PATIENCE): Promise<unknown> {
    await call('POST', `${this.#url}/timeouts`, { script: timeout });
    const script = `const done = arguments[0];
      (async () => (${expression}))().then(
        (value) => done({ value }),
        (error) => done({ error: String(error && error.stack ? error + '\\n' + error.stack : error) }),
      );`;
    const body = { script, args: [] };
    const result = await call('POST', `${this.#url}/execute/async`, body, timeout + 2_000);
    const { value, error } = result as { value?: unknown; error?: string };
    if (error !== undefined) throw new Error(error);
    return value;
  }

  /** Ends the session and closes its browser. */
  async end(): Promise<void> {
    await call('DELETE', this.#url).catch(() => undefined);
  }
}

async function call(method: string, url: string, body?: object, timeout = PATIENCE): Promise<unknown> {
  const response = await fetch(url, {
    method,
    signal: AbortSignal.timeout(timeout),
    ...(body && { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }),
  });
  const { value } = (await response.json()) as Answer;
  if (!response.ok) throw new Error(`WebDriver: ${JSON.stringify(value)}`);
  return value;
}

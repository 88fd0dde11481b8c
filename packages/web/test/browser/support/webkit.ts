import { type ChildProcess, spawn } from 'node:child_process';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expressionOf, PATIENCE, resultOf, type TestPage, untilThere } from './page.js';
import { WebDriverSession } from './webdriver.js';

/** How often a session is tried: the driver or the browser sometimes does not come up. */
const ATTEMPTS = 3;

/** WebKitGTK's MiniBrowser with its mock cameras, on a virtual display. */
export class WebKit implements AsyncDisposable {
  readonly #display: ChildProcess;
  readonly #driver: ChildProcess;
  readonly #origin: string;
  readonly #path: string;

  private constructor(display: ChildProcess, driver: ChildProcess, origin: string, path: string) {
    this.#display = display;
    this.#driver = driver;
    this.#origin = origin;
    this.#path = path;
  }

  /**
   * Starts display and driver.
   *
   * @param path - Of MiniBrowser.
   */
  static async launch(path: string): Promise<WebKit> {
    const { display, number } = await startDisplay();
    const port = await freePort();
    const driver = spawn('dbus-run-session', ['--', 'WebKitWebDriver', '-p', String(port)], {
      stdio: 'ignore',
      detached: true,
      env: {
        ...process.env,
        DISPLAY: `:${number}`,
        GDK_BACKEND: 'x11',
        WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1',
        WEBKIT_DISABLE_DMABUF_RENDERER: '1',
      },
    });
    const origin = `http://127.0.0.1:${port}`;
    const webkit = new WebKit(display, driver, origin, path);
    try {
      await untilUp(origin);
      return webkit;
    } catch (error) {
      await webkit[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Opens a page in a browser of its own. */
  async open<Lab>(url: string): Promise<WebKitPage<Lab>> {
    let failure: unknown;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      let page: WebKitPage<Lab> | undefined;
      try {
        page = new WebKitPage<Lab>(await this.#startSession());
        await page.open(url);
        return page;
      } catch (error) {
        failure = error;
        await page?.[Symbol.asyncDispose]();
      }
    }
    throw failure;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const process of [this.#driver, this.#display]) await end(process);
  }

  #startSession(): Promise<WebDriverSession> {
    return WebDriverSession.create(this.#origin, {
      'webkitgtk:browserOptions': {
        binary: this.#path,
        args: [
          '--automation',
          '--enable-mock-capture-devices=true',
          '--enable-media-stream=true',
          '--media-playback-requires-user-gesture=false',
          '--features=+MediaStreamTrackProcessing',
        ],
      },
    });
  }
}

/** A window of MiniBrowser. Its driver reports no errors, console output or requests: the page must collect them. */
export class WebKitPage<Lab> implements TestPage<Lab> {
  readonly errors: readonly string[] = [];
  readonly console: readonly string[] = [];
  readonly requests: readonly string[] = [];
  readonly #session: WebDriverSession;

  constructor(session: WebDriverSession) {
    this.#session = session;
  }

  async open(url: string): Promise<void> {
    await this.#session.open(url);
    await untilThere((expression) => this.#session.evaluate(expression));
  }

  async run<Result, Argument = undefined>(
    body: (lab: Lab, argument: Argument) => Result | Promise<Result>,
    argument?: Argument,
    timeout = PATIENCE,
  ): Promise<Result> {
    return resultOf(await this.#session.evaluate(expressionOf(body, argument), timeout));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#session.end();
  }
}

/** A virtual display whose number Xvfb chooses itself. */
async function startDisplay(): Promise<{ display: ChildProcess; number: string }> {
  const display = spawn('Xvfb', ['-displayfd', '1', '-screen', '0', '1280x800x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'pipe', 'ignore'],
    detached: true,
  });
  const number = await new Promise<string>((resolve, reject) => {
    display.stdout?.once('data', (text: Buffer) => resolve(text.toString().trim()));
    display.once('exit', () => reject(new Error('Xvfb does not start.')));
    display.once('error', reject);
  });
  return { display, number };
}

async function untilUp(origin: string): Promise<void> {
  for (let waited = 0; waited < PATIENCE; waited += 100) {
    const up = await fetch(`${origin}/status`, { signal: AbortSignal.timeout(1_000) }).then(
      ({ ok }) => ok,
      () => false,
    );
    if (up) return;
    await sleep(100);
  }
  throw new Error('WebKitWebDriver does not start.');
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Ends a process and its children: it leads a group of its own. */
async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  process.kill(-child.pid, 'SIGTERM');
  const forced = setTimeout(() => child.pid && process.kill(-child.pid, 'SIGKILL'), 5_000);
  await ended;
  clearTimeout(forced);
}

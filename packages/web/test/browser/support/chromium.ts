import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { DrivenPage, PATIENCE } from './page.js';

/** How a {@link Chromium} is started. */
export interface ChromiumOptions {
  /** Path of the program. */
  readonly path: string;
  /** A y4m or mjpeg file that the fake camera shows, round and round. Without it, Chromium's own pattern. */
  readonly camera?: string;
  /** Further arguments. */
  readonly args?: readonly string[];
}

/** A running Chromium with a fake camera and microphone, which asks for no permission. */
export class Chromium implements AsyncDisposable {
  /** Playwright's own object, for what only this browser can do. */
  readonly context: BrowserContext;
  readonly #profile: string;

  private constructor(context: BrowserContext, profile: string) {
    this.context = context;
    this.#profile = profile;
  }

  /** Starts it with an empty profile. */
  static async launch({ path, camera, args = [] }: ChromiumOptions): Promise<Chromium> {
    const profile = await mkdtemp(join(tmpdir(), 'elsewhere-chromium-'));
    const context = await chromium.launchPersistentContext(profile, {
      executablePath: path,
      chromiumSandbox: false,
      headless: true,
      args: [
        '--headless=new',
        '--no-sandbox',
        '--disable-gpu-sandbox',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--autoplay-policy=no-user-gesture-required',
        '--use-fake-device-for-media-stream',
        '--use-fake-ui-for-media-stream',
        ...(camera ? [`--use-file-for-fake-video-capture=${camera}`] : []),
        ...args,
      ],
    });
    context.setDefaultTimeout(PATIENCE);
    return new Chromium(context, profile);
  }

  /** Opens a page in a new tab, in front of the others. */
  async open<Lab>(url: string): Promise<ChromiumPage<Lab>> {
    const page = new ChromiumPage<Lab>(await this.context.newPage());
    await page.open(url);
    return page;
  }

  /** The script names of all workers that run in any tab, by the browser's own list. */
  async workers(): Promise<readonly string[]> {
    const session = await this.context.browser()?.newBrowserCDPSession();
    if (!session) throw new Error('The browser has ended.');
    try {
      const { targetInfos } = await session.send('Target.getTargets');
      return targetInfos.filter(({ type }) => type === 'worker').map(({ url }) => url.replace(/.*\//, ''));
    } finally {
      await session.detach();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.context.close();
    await rm(this.#profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** A tab of Chromium. */
export class ChromiumPage<Lab> extends DrivenPage<Lab, Page> {
  constructor(page: Page) {
    super(page);
    page.on('pageerror', (error) => this.errors.push(error.stack ?? String(error)));
    page.on('console', (message) => this.console.push(`${message.type()}: ${message.text()}`));
    page.on('request', (request) => this.requests.push(request.url()));
  }
}

import { type Browser, launch, type Page } from 'puppeteer-core';
import { DrivenPage } from './page.js';

/** A running Firefox with its own fake camera, a moving pattern. */
export class Firefox implements AsyncDisposable {
  readonly #browser: Browser;

  private constructor(browser: Browser) {
    this.#browser = browser;
  }

  /**
   * Starts it with an empty profile.
   *
   * @param path - Of the program.
   * @param preferences - Further preferences.
   */
  static async launch(path: string, preferences: Readonly<Record<string, unknown>> = {}): Promise<Firefox> {
    const browser = await launch({
      browser: 'firefox',
      executablePath: path,
      headless: true,
      extraPrefsFirefox: {
        'media.navigator.streams.fake': true,
        'media.navigator.permission.disabled': true,
        'media.autoplay.default': 0,
        'media.autoplay.blocking_policy': 0,
        'media.peerconnection.ice.loopback': true,
        'media.peerconnection.ice.obfuscate_host_addresses': false,
        // Decoding in the page's own process gives frames in planes, as cameras do.
        'media.rdd-process.enabled': false,
        'media.utility-process.enabled': false,
        'media.gpu-process-decoder': false,
        'media.allow-audio-non-utility': true,
        ...preferences,
      },
    });
    return new Firefox(browser);
  }

  /** Opens a page in a new tab, in front of the others. */
  async open<Lab>(url: string): Promise<FirefoxPage<Lab>> {
    const page = new FirefoxPage<Lab>(await this.newPage());
    await page.open(url);
    return page;
  }

  /** An empty tab, for pages that have no lab. */
  newPage(): Promise<Page> {
    return this.#browser.newPage();
  }

  /** Installs an unpacked extension until the browser ends. */
  async install(folder: string): Promise<void> {
    await this.#browser.installExtension(folder);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.close();
  }
}

/** A tab of Firefox. */
export class FirefoxPage<Lab> extends DrivenPage<Lab, Page> {
  constructor(page: Page) {
    super(page);
    page.on('pageerror', (error) => this.errors.push(String(error instanceof Error ? error.stack : error)));
    page.on('console', (message) => this.console.push(`${message.type()}: ${message.text()}`));
    page.on('request', (request) => this.requests.push(request.url()));
  }
}

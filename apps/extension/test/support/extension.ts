import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Page, Worker } from 'playwright-core';
import { Chromium } from '../../../../packages/web/test/browser/support/chromium.js';
import type { Settings } from '../../src/settings.js';

/** The unpacked extension of a browser. */
export const unpacked = (browser: 'chromium' | 'firefox') =>
  fileURLToPath(new URL(`../../out/${browser}`, import.meta.url));

/** The pages of tests, which the user has allowed already: no test can answer the browser's question. */
const TEST_PAGES = ['http://127.0.0.1/*', 'http://localhost/*'];

/** Copies an extension, with the permission for the tests' pages. */
export async function copyExtension(browser: 'chromium' | 'firefox'): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'elsewhere-extension-'));
  cpSync(unpacked(browser), folder, { recursive: true });
  const path = join(folder, 'manifest.json');
  const manifest = JSON.parse(readFileSync(path, 'utf8'));
  writeFileSync(path, JSON.stringify({ ...manifest, host_permissions: TEST_PAGES }));
  return folder;
}

function commandOf(id: string): string {
  try {
    return readFileSync(`/proc/${id}/cmdline`, 'latin1');
  } catch {
    return '';
  }
}

function parentOf(id: number): number {
  try {
    return Number(/^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${id}/status`, 'latin1'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

/** Chromium with the extension. */
export class ExtendedChromium implements AsyncDisposable {
  readonly chromium: Chromium;
  readonly folder: string;
  /** The browser's page for extensions. */
  readonly #settingsPage: Page;
  #id = '';

  private constructor(chromium: Chromium, folder: string, settingsPage: Page) {
    this.chromium = chromium;
    this.folder = folder;
    this.#settingsPage = settingsPage;
  }

  /**
   * Starts it.
   *
   * @param path - Of the program.
   * @param camera - What the fake camera shows.
   */
  static async launch(path: string, camera: string): Promise<ExtendedChromium> {
    const folder = await copyExtension('chromium');
    const chromium = await Chromium.launch({
      path,
      camera,
      args: [`--disable-extensions-except=${folder}`, `--load-extension=${folder}`],
    });
    const settings = await chromium.context.newPage();
    await settings.goto('chrome://extensions');
    const extended = new ExtendedChromium(chromium, folder, settings);
    extended.#id = new URL((await extended.worker()).url()).host;
    // Without this mode, Chromium does not load an unpacked extension again.
    await settings.evaluate('chrome.developerPrivate.updateProfileConfiguration({ inDeveloperMode: true })');
    return extended;
  }

  /** The background script, which browsers stop when it has nothing to do. */
  async worker(): Promise<Worker> {
    const { context } = this.chromium;
    return context.serviceWorkers().at(-1) ?? context.waitForEvent('serviceworker');
  }

  /** Reloads the extension, as an update does. */
  async reload(): Promise<void> {
    const worker = await this.worker();
    await worker.evaluate(() => void setTimeout(() => chrome.runtime.reload(), 0));
  }

  /** Kills the process of the extension, as a crash would. */
  killProcess(): void {
    for (const id of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      const command = commandOf(id);
      if (command.includes('--extension-process') && this.owns(Number(id)))
        process.kill(Number(id), 'SIGKILL');
    }
  }

  /** Whether a process belongs to this browser. */
  owns(id: number): boolean {
    for (let each = id; each > 1; each = parentOf(each)) {
      if (commandOf(String(each)).includes(this.folder)) return true;
    }
    return false;
  }

  /** Disables or enables the extension, as the browser's page for that does. */
  async setEnabled(enabled: boolean): Promise<void> {
    await this.#settingsPage.evaluate(([id, enabled]) => chrome.management.setEnabled(id, enabled), [
      this.#id,
      enabled,
    ] as const);
  }

  /** Waits until the extension runs and pages have its scripts. */
  async restarted(): Promise<void> {
    for (let waited = 0; waited < 30_000; waited += 100) {
      const worker = this.chromium.context.serviceWorkers().at(-1);
      const scripts = await worker
        ?.evaluate(() => chrome.scripting.getRegisteredContentScripts())
        .catch(() => []);
      if (scripts && scripts.length > 0) return;
      await sleep(100);
    }
    throw new Error('The extension does not run.');
  }

  /** The address of a page of the extension. */
  url(page: string): string {
    return `chrome-extension://${this.#id}/${page}`;
  }

  /** Changes settings as the popup does, and waits until pages have their scripts. */
  async set(changes: Partial<Settings>): Promise<void> {
    const worker = await this.worker();
    await worker.evaluate((changed) => chrome.storage.local.set(changed), changes);
    const isOn = changes.sites && changes.sites.length > 0;
    if (!changes.sites) return;
    for (let waited = 0; waited < 20_000; waited += 20) {
      const scripts = await worker.evaluate(() => chrome.scripting.getRegisteredContentScripts());
      if (scripts.length > 0 === isOn) return;
      await sleep(20);
    }
    throw new Error('The scripts are not registered.');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.chromium[Symbol.asyncDispose]();
    await rm(this.folder, { recursive: true, force: true });
  }
}

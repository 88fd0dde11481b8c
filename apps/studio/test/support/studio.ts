import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { inject } from 'vitest';
import { createStudioServer } from '../../../../packages/cli/src/studio/server.js';
import { required } from '../../../../packages/web/test/browser/support/browsers.js';
import { Chromium } from '../../../../packages/web/test/browser/support/chromium.js';

/** The built page, served as `elsewhere studio` serves it, and a Chromium to look at it. */
export interface Studio extends AsyncDisposable {
  readonly origin: string;
  readonly chromium: Chromium;
  /** What has gone wrong in the pages so far: exceptions and errors in the console. */
  readonly errors: readonly string[];
  /** Opens the page in a new tab. */
  open(path?: string): Promise<Page>;
}

/**
 * Starts both.
 *
 * @param camera - A clip that the fake camera shows.
 */
export async function startStudio(camera?: string): Promise<Studio> {
  const server = createStudioServer({
    page: fileURLToPath(new URL('../../dist', import.meta.url)),
    models: join(inject('folder'), 'no-models'),
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const path = required(inject('browsers').chromium, 'Chromium');
  const chromium = await Chromium.launch({ path, ...(camera && { camera }) });
  const errors: string[] = [];
  return {
    origin,
    chromium,
    errors,
    open: async (path = '/') => {
      const page = await chromium.context.newPage();
      page.on('pageerror', (error) => errors.push(error.stack ?? String(error)));
      page.on('console', (message) => {
        if (message.type() === 'error') errors.push(message.text());
      });
      await page.goto(origin + path);
      return page;
    },
    [Symbol.asyncDispose]: async () => {
      await chromium[Symbol.asyncDispose]();
      server.close();
    },
  };
}

/** Brings files as somebody does who chooses them. */
export async function chooseFiles(page: Page, button: string, files: readonly string[]): Promise<void> {
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: button }).click();
  await (await chooser).setFiles([...files]);
}

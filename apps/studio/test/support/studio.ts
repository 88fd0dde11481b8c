import { mkdtemp, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { BrowserContext, Page } from 'playwright-core';
import { createStudioServer } from '../../../../packages/cli/src/studio/server.js';
import { type Picture, SIDE } from './picture.js';

/** How long anything may take before it counts as missing, in milliseconds. */
const PATIENCE = 90_000;

/** Chromium's own, now and then when a stream is transferred just as a frame comes: see docs/web.md. The soak test counts the frames of our scripts. */
const KNOWN = /^A VideoFrame was garbage collected/;

/** The built page, served as `elsewhere studio` serves it. */
export class StudioServer implements AsyncDisposable {
  readonly #server: Server;
  readonly #models: string;

  private constructor(server: Server, models: string) {
    this.#server = server;
    this.#models = models;
  }

  static async start(): Promise<StudioServer> {
    const models = await mkdtemp(join(tmpdir(), 'elsewhere-models-'));
    const page = fileURLToPath(new URL('../../dist', import.meta.url));
    const server = createStudioServer({ page, models, keyFile: join(models, 'studio.key') });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new StudioServer(server, models);
  }

  /** The folder of models that were fetched. */
  get models(): string {
    return this.#models;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    await rm(this.#models, { recursive: true, force: true });
  }
}

/** A page of the studio, with what tests do to it. */
export class StudioPage implements AsyncDisposable {
  readonly page: Page;
  /** Errors and warnings of the page and its console; there should be none. */
  readonly problems: string[] = [];
  /** Addresses of other origins that were asked; there should be none. */
  readonly strangers: string[] = [];

  constructor(page: Page, origin: string) {
    this.page = page;
    page.on('pageerror', (error) => this.problems.push(error.stack ?? String(error)));
    page.on('console', (message) => {
      const text = message.text();
      if (['error', 'warning'].includes(message.type()) && !KNOWN.test(text)) this.problems.push(text);
    });
    page.on('request', (request) => {
      const { protocol, origin: asked } = new URL(request.url());
      if (!['blob:', 'data:'].includes(protocol) && asked !== origin) this.strangers.push(request.url());
    });
  }

  static async open(context: BrowserContext, origin: string, path = '/'): Promise<StudioPage> {
    const studio = new StudioPage(await context.newPage(), origin);
    await studio.page.goto(origin + path);
    return studio;
  }

  /** Waits until the processed picture is on the screen. */
  async untilLive(): Promise<void> {
    await this.until(({ width }) => width > 0, 'a picture');
  }

  /** What is shown now. */
  async picture(selector = '.picture video'): Promise<Picture> {
    const { pixels, ...size } = await this.page.evaluate(
      ({ selector, width, height }) => {
        const video = document.querySelector<HTMLVideoElement>(selector);
        const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
        if (!video || !context || video.videoWidth === 0) return { width: 0, height: 0, pixels: '' };
        context.drawImage(video, 0, 0, width, height);
        const { data } = context.getImageData(0, 0, width, height);
        // As text: lists of numbers take the driver as long as all the rest of a test.
        const pixels = btoa(Array.from(data, (value) => String.fromCharCode(value)).join(''));
        return { width: video.videoWidth, height: video.videoHeight, pixels };
      },
      { selector, ...SIDE },
    );
    return { ...size, pixels: Buffer.from(pixels, 'base64') };
  }

  /** Its lowest lines, not made small: R, G, B, A of each pixel. */
  async lowestLines(count: number): Promise<Uint8Array> {
    const pixels = await this.page.evaluate((count) => {
      const video = document.querySelector<HTMLVideoElement>('.picture video');
      if (!video) return '';
      const { videoWidth: width, videoHeight: height } = video;
      const context = new OffscreenCanvas(width, count).getContext('2d', { willReadFrequently: true });
      context?.drawImage(video, 0, count - height);
      const data = context?.getImageData(0, 0, width, count).data ?? [];
      return btoa(Array.from(data, (value) => String.fromCharCode(value)).join(''));
    }, count);
    return Buffer.from(pixels, 'base64');
  }

  /** Waits until what is shown is as it should be. */
  async until(isRight: (picture: Picture) => boolean, what: string, selector?: string): Promise<Picture> {
    const end = Date.now() + PATIENCE;
    while (Date.now() < end) {
      const picture = await this.picture(selector);
      if (isRight(picture)) return picture;
      await sleep(100);
    }
    throw new Error(`The picture never shows ${what}.`);
  }

  /** Chooses a background by its name. */
  async choose(name: string): Promise<void> {
    await this.page.getByRole('radio', { name, exact: true }).check();
  }

  /** Opens one of the settings. */
  async settings(name: 'Background' | 'Picture' | 'Devices' | 'Details'): Promise<void> {
    await this.page.getByRole('tablist', { name: 'Settings' }).getByRole('tab', { name }).click();
  }

  /** Sets a slider by its label. */
  async slide(label: string, value: number): Promise<void> {
    await this.page.getByRole('slider', { name: label }).fill(String(value));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.page.close();
  }
}

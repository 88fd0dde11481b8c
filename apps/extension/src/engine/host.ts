import {
  EngineClient,
  type EngineRequest,
  engineRequest,
  type LiveOptions,
  mergeLiveOptions,
  RestartPolicy,
  type SentBackground,
} from '@elsewhere/web/internal';
import { readSettings, type Settings, watchSettings } from '../settings.js';
import { backgroundOf } from './background.js';
import { drawFallback } from './fallback.js';
import type { FromWorker, Shape, ToWorker } from './planes.js';

/** An engine without feeds is closed after so many milliseconds. */
const IDLE_AFTER = 30_000;

/** The engine of the page that the hidden frame is in. */
export class EngineHost {
  readonly #request: EngineRequest = engineRequest({
    assets: chrome.runtime.getURL('elsewhere/'),
    model: undefined,
    keep: undefined,
    // The frames are needed as planes, which a GPU would have to give back.
    backend: 'cpu',
  });
  readonly #site: string;
  readonly #planes = new Worker('planes.js');
  readonly #feeds = new Map<number, Shape | undefined>();
  readonly #restartPolicy = new RestartPolicy();
  #settings: Settings;
  #background: SentBackground;
  #client: EngineClient | undefined;
  #starting: Promise<void> | undefined;
  #lastFeed = 0;
  /** The feed whose fallback is being made. */
  #startingFeed: number | undefined;
  #idle: ReturnType<typeof setTimeout> | undefined;
  #previewed: ((frame: VideoFrame) => void) | undefined;

  private constructor(site: string, settings: Settings, background: SentBackground) {
    this.#site = site;
    this.#settings = settings;
    this.#background = background;
    this.#planes.onmessage = ({ data }: MessageEvent<FromWorker>) => this.#handle(data);
    watchSettings((changed, before) => void this.#apply(changed, before));
  }

  /**
   * Makes the engine's host.
   *
   * @param site - The page's origin.
   */
  static async open(site: string): Promise<EngineHost> {
    const settings = await readSettings();
    return new EngineHost(site, settings, await backgroundOf(settings, site));
  }

  /** Connects a feed of the page. */
  connect(port: MessagePort): void {
    const id = ++this.#lastFeed;
    this.#feeds.set(id, undefined);
    this.#post({ type: 'open', id, port }, [port]);
    clearTimeout(this.#idle);
    if (this.#client) this.#start(id, this.#client);
    else void this.#ensureClient();
  }

  /** The next processed frame, to be closed by the caller; it never comes while there is no call. */
  preview(): Promise<VideoFrame> {
    this.#post({ type: 'preview' });
    return new Promise((resolve) => {
      this.#previewed = resolve;
    });
  }

  #post(message: ToWorker, transfer: Transferable[] = []): void {
    this.#planes.postMessage(message, transfer);
  }

  #handle(message: FromWorker): void {
    switch (message.type) {
      case 'shape':
        if (!this.#feeds.has(message.id)) return;
        this.#feeds.set(message.id, message.shape);
        void this.#sendFallback(message.id, message.shape);
        return;
      case 'started':
        this.#feeds.set(message.id, message.shape);
        this.#setStarting(undefined);
        return;
      case 'ended':
        this.#feeds.delete(message.id);
        if (this.#startingFeed === message.id) this.#setStarting(undefined);
        this.#client?.post({ type: 'stop', session: message.id });
        if (this.#feeds.size === 0) this.#idle = setTimeout(() => this.#close(), IDLE_AFTER);
        return;
      case 'preview':
        if (this.#previewed) this.#previewed(message.frame);
        else message.frame.close();
        this.#previewed = undefined;
        return;
    }
  }

  async #ensureClient(): Promise<void> {
    this.#starting ??= this.#startClient().finally(() => {
      this.#starting = undefined;
    });
    await this.#starting;
  }

  /** Starts an engine, as often as the policy allows. */
  async #startClient(): Promise<void> {
    for (;;) {
      const client = EngineClient.start(this.#request);
      try {
        await Promise.all([client.loaded, client.showBackground(this.#background)]);
        this.#use(client);
        return;
      } catch {
        client.close();
        const delay = this.#restartPolicy.next(performance.now());
        if (delay === undefined) return;
        await new Promise((resolve) => setTimeout(resolve, delay));
      }
    }
  }

  #use(client: EngineClient): void {
    this.#client = client;
    client.listener = { handleMessage: () => {}, handleFailure: () => this.#recover() };
    client.post({ type: 'options', options: this.#options });
    this.#setStarting(undefined);
    for (const id of this.#feeds.keys()) this.#start(id, client);
  }

  #recover(): void {
    this.#client = undefined;
    const delay = this.#restartPolicy.next(performance.now());
    // After the last failure the pages show their fallbacks.
    if (delay !== undefined) setTimeout(() => void this.#ensureClient(), delay);
  }

  /** Starts a feed. The only one begins with the background alone, which becomes its fallback. */
  #start(id: number, client: EngineClient): void {
    const isPaused = this.#feeds.size === 1;
    if (isPaused) this.#setStarting(id);
    const [source, output] = [new MessageChannel(), new MessageChannel()];
    this.#post({ type: 'connect', id, source: source.port1, output: output.port1, isPaused }, [
      source.port1,
      output.port1,
    ]);
    client.post(
      {
        type: 'start',
        session: id,
        source: { kind: 'pump', port: source.port2 },
        output: output.port2,
      },
      [source.port2, output.port2],
    );
  }

  #close(): void {
    this.#client?.close();
    this.#client = undefined;
  }

  get #options(): LiveOptions {
    return mergeLiveOptions({ quality: this.#settings.quality });
  }

  #setStarting(id: number | undefined): void {
    this.#startingFeed = id;
    this.#sendPause();
  }

  #sendPause(): void {
    const isHidden = this.#settings.hidden && this.#isOn(this.#settings);
    this.#client?.post({ type: 'pause', paused: isHidden || this.#startingFeed !== undefined });
  }

  #isOn({ sites }: Settings): boolean {
    return sites.includes(this.#site);
  }

  async #apply(settings: Settings, before: Settings): Promise<void> {
    this.#settings = settings;
    this.#client?.post({ type: 'options', options: this.#options });
    this.#sendPause();
    const isSame =
      JSON.stringify(settings.background) === JSON.stringify(before.background) &&
      this.#isOn(settings) === this.#isOn(before);
    if (isSame) return;
    const background = await backgroundOf(settings, this.#site);
    if (settings !== this.#settings) return;
    this.#background = background;
    await this.#client?.showBackground(background).catch(() => {});
    for (const [id, shape] of this.#feeds) if (shape) await this.#sendFallback(id, shape);
  }

  async #sendFallback(id: number, shape: Shape): Promise<void> {
    const frame = await drawFallback(this.#request, this.#background, shape).catch(() => undefined);
    if (frame) this.#post({ type: 'fallback', id, frame }, [frame]);
  }
}

import {
  abortable,
  EngineClient,
  type EngineRequest,
  engineRequest,
  LatestBackground,
  mergeLiveOptions,
  RestartPolicy,
  type SentBackground,
  supersededError,
} from '@elsewhere/web/internal';
import { DEFAULT_SETTINGS, followSettings, type Settings } from '../settings.js';
import { chosenBackground } from './background.js';
import { drawFallback } from './fallback.js';
import type { FromWorker, Shape, ToWorker } from './planes.js';

/** An engine without feeds is closed after so many milliseconds. */
const IDLE_AFTER = 30_000;

/** Where the user has switched Elsewhere off, the camera is shown as it is. */
const OFF: SentBackground = { type: 'none' };

/** What an engine shows until the user's background is prepared, or where it cannot be had. */
const DEFAULT_BACKGROUND: SentBackground = { type: 'blur' };

/** A camera of the page. */
interface Feed {
  /** Of its processed frames, once there are some. */
  shape: Shape | undefined;
  /** The engine that processes it. */
  client: EngineClient | undefined;
}

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
  readonly #feeds = new Map<number, Feed>();
  readonly #restartPolicy = new RestartPolicy();
  readonly #background = new LatestBackground<SentBackground, SentBackground>(
    DEFAULT_BACKGROUND,
    DEFAULT_BACKGROUND,
    supersededError,
  );
  #settings = DEFAULT_SETTINGS;
  /** What the settings ask for on this site, as text. */
  #asked: string | undefined;
  /** Loaded, with the background; `undefined` while there is none. */
  #client: EngineClient | undefined;
  #starting: Promise<void> | undefined;
  /** Get the next engine. */
  #waiting: ((client: EngineClient) => void)[] = [];
  #lastFeed = 0;
  /** The feed whose fallback is being made, and of which background. */
  #startingFeed: { readonly id: number; readonly background: SentBackground } | undefined;
  #idle: ReturnType<typeof setTimeout> | undefined;
  #previewed: ((frame: VideoFrame) => void) | undefined;

  private constructor(site: string) {
    this.#site = site;
    this.#planes.onmessage = ({ data }: MessageEvent<FromWorker>) => this.#handle(data);
  }

  /**
   * Makes the engine's host.
   *
   * @param site - The page's origin.
   */
  static async open(site: string): Promise<EngineHost> {
    const host = new EngineHost(site);
    await followSettings((settings) => host.#apply(settings));
    return host;
  }

  /** Connects a feed of the page. */
  connect(port: MessagePort): void {
    const id = ++this.#lastFeed;
    this.#feeds.set(id, { shape: undefined, client: undefined });
    this.#post({ type: 'open', id, port }, [port]);
    clearTimeout(this.#idle);
    this.#startFeeds();
    void this.#ensureClient();
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
      case 'started': {
        const feed = this.#feeds.get(message.id);
        if (!feed) return;
        feed.shape = message.shape;
        const isDrawn =
          message.type === 'started' && this.#startingFeed?.background === this.#background.prepared;
        if (message.type === 'started') this.#setStarting(undefined);
        if (!isDrawn) void this.#sendFallback(message.id, feed);
        return;
      }
      case 'ended':
        this.#feeds.delete(message.id);
        if (this.#startingFeed?.id === message.id) this.#setStarting(undefined);
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

  /** Starts an engine, unless there is one or nothing to do for it. */
  async #ensureClient(): Promise<void> {
    if (this.#client || this.#feeds.size === 0) return;
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
        await Promise.all([client.loaded, client.showBackground(this.#background.prepared)]);
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
    this.#postOptions();
    this.#setStarting(undefined);
    this.#startFeeds();
    for (const resolve of this.#waiting.splice(0)) resolve(client);
  }

  #recover(): void {
    this.#client = undefined;
    const delay = this.#restartPolicy.next(performance.now());
    // After the last failure the pages show their fallbacks.
    if (delay !== undefined) setTimeout(() => void this.#ensureClient(), delay);
  }

  /** Starts the feeds that the engine does not process yet. New ones wait for the background that was asked for last. */
  #startFeeds(): void {
    const client = this.#client;
    if (!client) return;
    for (const [id, feed] of this.#feeds) {
      const isWaiting = !feed.client && this.#background.isPending;
      if (feed.client !== client && !isWaiting) this.#start(id, feed, client);
    }
  }

  /** Starts a feed. The only one begins with the background alone, which becomes its fallback. */
  #start(id: number, feed: Feed, client: EngineClient): void {
    feed.client = client;
    const isPaused = this.#feeds.size === 1;
    if (isPaused) this.#setStarting({ id, background: this.#background.prepared });
    const [source, output] = [new MessageChannel(), new MessageChannel()];
    this.#post({ type: 'connect', id, source: source.port1, output: output.port1, isPaused }, [
      source.port1,
      output.port1,
    ]);
    client.post(
      {
        type: 'start',
        session: id,
        source: { kind: 'planes', port: source.port2 },
        output: output.port2,
      },
      [source.port2, output.port2],
    );
  }

  #close(): void {
    this.#client?.close();
    this.#client = undefined;
  }

  #setStarting(starting: { readonly id: number; readonly background: SentBackground } | undefined): void {
    this.#startingFeed = starting;
    this.#postPause();
  }

  #postOptions(): void {
    this.#client?.post({
      type: 'options',
      options: mergeLiveOptions({ quality: this.#settings.quality }),
    });
  }

  #postPause(): void {
    const isHidden = this.#settings.hidden && this.#isOn;
    const paused = isHidden || this.#startingFeed !== undefined || this.#background.hidesCamera;
    this.#client?.post({ type: 'pause', paused });
  }

  get #isOn(): boolean {
    return this.#settings.sites.includes(this.#site);
  }

  #apply(settings: Settings): void {
    this.#settings = settings;
    this.#postOptions();
    const asked = JSON.stringify(this.#isOn && settings.background);
    const isSame = asked === this.#asked;
    this.#asked = asked;
    if (!isSame) void this.#showBackground();
    // From now on the camera is hidden, where it was shown and another background is asked for.
    this.#postPause();
  }

  /** Prepares the background that the settings ask for, and shows it. */
  async #showBackground(): Promise<void> {
    const isOn = this.#isOn;
    const call = this.#background.begin(isOn ? undefined : OFF);
    try {
      const background = isOn
        ? await abortable(chosenBackground(this.#settings.background), call.signal)
        : OFF;
      this.#background.resolve(call, background);
      await this.#deliver(background, call.signal);
      await Promise.all(Array.from(this.#feeds, ([id, feed]) => this.#sendFallback(id, feed)));
    } catch {
      // A later choice has replaced this one, or it cannot be read: then the one before stays.
      this.#background.fail(call);
      this.#startFeeds();
    }
  }

  /** Lets an engine show a background: the next one, if the present one ends meanwhile. */
  async #deliver(background: SentBackground, signal: AbortSignal): Promise<void> {
    for (;;) {
      const client = this.#client ?? (await abortable(this.#nextClient(), signal));
      try {
        await client.showBackground(background, [signal], () => {
          // An engine that is started from now on begins with this background.
          this.#background.show(background, background);
          this.#postPause();
          this.#startFeeds();
        });
        return;
      } catch (error) {
        if (client === this.#client) throw error;
      }
    }
  }

  #nextClient(): Promise<EngineClient> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  async #sendFallback(id: number, { shape }: Feed): Promise<void> {
    const background = this.#background.prepared;
    const frame = shape && (await drawFallback(this.#request, background, shape).catch(() => undefined));
    const isLatest = background === this.#background.prepared && shape === this.#feeds.get(id)?.shape;
    if (frame && isLatest) this.#post({ type: 'fallback', id, frame }, [frame.data]);
  }
}

import type { ElsewhereError } from '@elsewhere/engine';
import { EngineClient, type EngineListener } from './engine/client.js';
import { closeEngine, preloadEngine, takeEngine } from './engine/preload.js';
import type { EngineRequest, SentBackground } from './engine/protocol.js';
import { engineRequest, resolveBackground } from './engine/request.js';
import { Restarts } from './engine/restarts.js';
import { abortable, aborted, receiveError, WebError } from './errors.js';
import {
  BackgroundErrorEvent,
  type State,
  StateChangeEvent,
  StatisticsEvent,
  type VirtualBackgroundEvents,
} from './events.js';
import {
  assertNotAborted,
  DEFAULT_BACKGROUND,
  type LiveOptions,
  mergeLiveOptions,
  type VirtualBackgroundOptions,
  type WebBackground,
} from './options.js';
import { ProcessedTrack } from './processed-track.js';
import type { WebStatistics } from './statistics.js';
import { StatisticsKeeper } from './statistics.js';
import { isSupported } from './strategies/detect.js';
import type { Strategy } from './strategies/strategy.js';

/** How often is looked whether somebody has called `stop()` on a track, which nothing tells; in milliseconds. */
const LOOK_INTERVAL = 500;

/** What {@link VirtualBackground.create} has prepared. */
interface Prepared {
  readonly strategy: Strategy;
  readonly worker: EngineClient;
  readonly request: EngineRequest;
  readonly options: LiveOptions;
  readonly background: WebBackground;
  readonly sent: SentBackground;
}

/**
 * Puts the person before a camera somewhere else: a video track in, a processed one out.
 *
 * @example
 * ```ts
 * const background = await VirtualBackground.create({ background: { type: 'blur', strength: 0.6 } });
 * const track = background.process(cameraTrack);
 * await background.setBackground({ type: 'image', source: '/beach.jpg' });
 * ```
 *
 * What comes out is a processed frame, a placeholder without any pixel of the camera, or nothing. The real room comes out
 * only where the background is `none`.
 */
export class VirtualBackground extends EventTarget implements Disposable {
  readonly #strategy: Strategy;
  readonly #request: EngineRequest;
  readonly #tracks = new Map<number, ProcessedTrack>();
  readonly #statistics: StatisticsKeeper;
  readonly #restarts = new Restarts();
  readonly #over = new AbortController();
  /** None while a new one is being loaded, and where that was given up. */
  #worker: EngineClient | undefined;
  #options: LiveOptions;
  #background: WebBackground;
  #sent: SentBackground;
  /** Counts the calls of `setBackground`: the latest one wins. */
  #lastChoice = 0;
  #lastTrack = 0;
  #isPaused = false;
  #isRecovering = false;
  #hasFailed = false;
  #isDisposed = false;
  #hasRun = false;
  #state: State = 'starting';
  #looking: ReturnType<typeof setInterval> | undefined;

  private constructor({ strategy, worker, request, options, background, sent }: Prepared) {
    super();
    this.#strategy = strategy;
    this.#request = request;
    this.#options = options;
    this.#background = background;
    this.#sent = sent;
    this.#statistics = new StatisticsKeeper(strategy.name);
    this.#use(worker);
  }

  /**
   * Loads everything that is needed; from then on processing a track begins at once.
   *
   * @param options - What to do, and where the assets are.
   * @throws {@link WebError} `UNSUPPORTED`, `ASSET_MISSING`, `WASM_BLOCKED`, `WORKER_FAILED`, `BACKGROUND_UNREADABLE` or
   * `ABORTED`; an EngineError `MODEL_UNKNOWN`, `MODEL_CHECKSUM`, `MODEL_INVALID`, `CLASS_UNKNOWN`, `KERNELS_INVALID`,
   * `BACKGROUND_INVALID` or `OPTION_INVALID`.
   */
  static async create(options: VirtualBackgroundOptions = {}): Promise<VirtualBackground> {
    const { background = DEFAULT_BACKGROUND, signal } = options;
    assertNotAborted(signal);
    const live = mergeLiveOptions(options);
    const request = engineRequest(options);
    const sent = resolveBackground(background);
    const engine = takeEngine(request);
    try {
      const { worker } = engine;
      const loading = Promise.all([engine.strategy, worker.loaded, showBackground(worker, sent)]);
      const [strategy] = await abortable(loading, signal);
      const made = new VirtualBackground({ strategy, worker, request, options: live, background, sent });
      signal?.addEventListener('abort', () => made.dispose(), { signal: made.#over.signal });
      return made;
    } catch (error) {
      closeEngine(engine);
      throw error;
    }
  }

  /**
   * Loads and compiles everything ahead of time, so that the next {@link VirtualBackground.create} with the same assets,
   * model and backend is ready at once.
   *
   * @param options - As for {@link VirtualBackground.create}.
   * @throws As {@link VirtualBackground.create}.
   */
  static async prewarm(
    options: Pick<VirtualBackgroundOptions, 'assets' | 'model' | 'backend' | 'quality' | 'signal'> = {},
  ): Promise<void> {
    const { quality = 'auto', signal } = options;
    assertNotAborted(signal);
    await preloadEngine(engineRequest(options), quality === 'auto' ? 'medium' : quality, signal);
  }

  /** Whether this browser has what is needed; `create` may still fail, where a policy forbids workers or WebAssembly. */
  static isSupported(): boolean {
    return isSupported();
  }

  /** How it is doing. */
  get state(): State {
    return this.#state;
  }

  /** The background that is shown. */
  get background(): WebBackground {
    return this.#background;
  }

  /** What has been done so far; new figures come about once a second. */
  get statistics(): WebStatistics {
    const { quality } = this.#options;
    return this.#statistics.get(this.#tracks.values(), quality === 'auto' ? 'medium' : quality);
  }

  /**
   * Processes a track.
   *
   * @param track - A live video track. It stays the caller's: stopping the output does not stop it.
   * @param options - `signal`: ends the output.
   * @returns The output, at once. Frames come as soon as they are processed. It ends when the track ends, and when it is
   * stopped itself the work ends, too.
   * @throws {@link WebError} `TRACK_INVALID` if it is not a live video track, `ABORTED`, `DISPOSED`.
   */
  process(track: MediaStreamTrack, options: { readonly signal?: AbortSignal } = {}): MediaStreamTrack {
    const { signal } = options;
    this.#assertUsable();
    assertNotAborted(signal);
    assertVideoTrack(track);
    const id = ++this.#lastTrack;
    const processed = new ProcessedTrack(id, track, this.#strategy.connect(track));
    this.#tracks.set(id, processed);
    if (this.#worker) processed.start(this.#worker);
    processed.endWith(() => this.#end(id), signal);
    this.#looking ??= setInterval(() => this.#look(), LOOK_INTERVAL);
    if (this.#hasFailed && this.#options.whenUnavailable === 'stop') this.#end(id);
    return processed.output;
  }

  /**
   * Puts the person somewhere else. Of several calls the latest one wins.
   *
   * @param background - The new background.
   * @param options - `signal`: leaves the old one.
   * @returns Resolves when the next frame shows it.
   * @throws {@link WebError} `BACKGROUND_UNREADABLE`, `WORKER_FAILED`, `DISPOSED`, or `ABORTED` also where a later call
   * took this one's place; an EngineError `BACKGROUND_INVALID`. The old background stays then.
   */
  async setBackground(
    background: WebBackground,
    options: { readonly signal?: AbortSignal } = {},
  ): Promise<void> {
    const { signal } = options;
    this.#assertUsable();
    assertNotAborted(signal);
    const sent = resolveBackground(background);
    const choice = ++this.#lastChoice;
    const worker = this.#worker;
    if (!worker) {
      throw new WebError(
        'WORKER_FAILED',
        'There is no worker at the moment: try again when the state is running.',
      );
    }
    const isWanted = () => choice === this.#lastChoice && worker === this.#worker;
    await showBackground(worker, sent, isWanted, signal);
    this.#background = background;
    this.#sent = sent;
  }

  /**
   * Changes options from the next frame on.
   *
   * @param options - Those to change; `undefined` goes back to the default.
   * @throws An EngineError `OPTION_INVALID`; all options stay then. {@link WebError} `DISPOSED`.
   */
  setOptions(options: Partial<LiveOptions>): void {
    this.#assertUsable();
    this.#options = mergeLiveOptions(options, this.#options);
    this.#worker?.send({ type: 'options', options: this.#options });
  }

  /** Shows the placeholder instead of the camera from the next frame on. */
  pause(): void {
    this.#setPaused(true);
  }

  /** Shows the processed camera again. */
  resume(): void {
    this.#setPaused(false);
  }

  /** TrackPorts all outputs and frees everything. A second call does nothing. */
  dispose(): void {
    if (this.#isDisposed) return;
    for (const id of [...this.#tracks.keys()]) this.#end(id);
    this.#isDisposed = true;
    this.#over.abort();
    this.#lastChoice++;
    this.#worker?.close();
    this.#worker = undefined;
    this.#strategy.dispose();
    this.#update();
  }

  /** {@link VirtualBackground.dispose}, for `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  /** As of any `EventTarget`; see {@link VirtualBackgroundEvents}. */
  override addEventListener<Type extends keyof VirtualBackgroundEvents>(
    type: Type,
    listener: (this: VirtualBackground, event: VirtualBackgroundEvents[Type]) => void,
    options?: boolean | AddEventListenerOptions,
  ): void;
  override addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | AddEventListenerOptions,
  ): void;
  override addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | AddEventListenerOptions,
  ): void {
    super.addEventListener(type, listener, options);
  }

  /** As of any `EventTarget`; see {@link VirtualBackgroundEvents}. */
  override removeEventListener<Type extends keyof VirtualBackgroundEvents>(
    type: Type,
    listener: (this: VirtualBackground, event: VirtualBackgroundEvents[Type]) => void,
    options?: boolean | EventListenerOptions,
  ): void;
  override removeEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | EventListenerOptions,
  ): void;
  override removeEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | EventListenerOptions,
  ): void {
    super.removeEventListener(type, listener, options);
  }

  #assertUsable(): void {
    if (this.#isDisposed) {
      throw new WebError('DISPOSED', 'This virtual background was disposed of: create a new one.');
    }
  }

  #setPaused(paused: boolean): void {
    this.#assertUsable();
    this.#isPaused = paused;
    this.#worker?.send({ type: 'pause', paused });
    this.#update();
  }

  /** Lets a worker that is loaded and shows the background go on with all tracks. */
  #use(worker: EngineClient): void {
    this.#worker = worker;
    worker.listener = this.#listen();
    worker.send({ type: 'options', options: this.#options });
    // A worker that only has placeholders shows them for good.
    worker.send({ type: 'pause', paused: this.#isPaused || this.#hasFailed });
    for (const track of this.#tracks.values()) track.start(worker);
  }

  #listen(): EngineListener {
    return {
      message: (message) => {
        switch (message.type) {
          case 'health': {
            const track = this.#tracks.get(message.session);
            if (!track) return;
            track.health = message.health;
            track.error = message.error && (receiveError(message.error) as ElsewhereError);
            this.#hasRun ||= message.health === 'running';
            if (track.error) this.dispatchEvent(new BackgroundErrorEvent(track.error));
            this.#update();
            return;
          }
          case 'statistics':
            for (const [id, statistics] of message.sessions) {
              const track = this.#tracks.get(id);
              if (track) track.statistics = statistics;
            }
            if (this.#tracks.size === 0) return;
            this.#statistics.measure(this.#tracks.values(), performance.now());
            this.dispatchEvent(new StatisticsEvent(this.statistics));
            return;
          case 'trouble':
            this.dispatchEvent(new BackgroundErrorEvent(receiveError(message.error) as ElsewhereError));
            return;
          case 'ended':
            this.#end(message.session);
            return;
        }
      },
      lost: (error) => void this.#recover(error),
    };
  }

  #end(id: number): void {
    const track = this.#tracks.get(id);
    if (!track) return;
    this.#tracks.delete(id);
    this.#statistics.retire(track);
    track.stop(this.#worker);
    if (this.#tracks.size === 0) {
      clearInterval(this.#looking);
      this.#looking = undefined;
    }
    this.#update();
  }

  #look(): void {
    for (const [id, track] of this.#tracks) if (track.isOver) this.#end(id);
  }

  /** Puts a new worker in the place of one that broke down, or gives up. */
  async #recover(error: ElsewhereError): Promise<void> {
    this.#worker = undefined;
    this.#isRecovering = true;
    let reason = error;
    while (!this.#isDisposed && !this.#worker) {
      this.dispatchEvent(new BackgroundErrorEvent(reason));
      this.#update(reason);
      const delay = this.#hasFailed ? undefined : this.#restarts.next(performance.now());
      if (delay === undefined) {
        await this.#giveUp(reason);
        break;
      }
      await new Promise((resolve) => setTimeout(resolve, delay));
      try {
        await this.#restart(this.#request);
      } catch (cause) {
        reason = cause as ElsewhereError;
      }
    }
    this.#isRecovering = false;
    this.#update(reason);
  }

  async #restart(request: EngineRequest): Promise<void> {
    if (this.#isDisposed) return;
    const worker = EngineClient.start(request);
    try {
      await Promise.all([worker.loaded, showBackground(worker, this.#sent)]);
    } catch (error) {
      worker.close();
      throw error;
    }
    if (this.#isDisposed) worker.close();
    else this.#use(worker);
  }

  async #giveUp(reason: ElsewhereError): Promise<void> {
    const isLast = this.#hasFailed;
    this.#hasFailed = true;
    this.#update(reason);
    const { whenUnavailable } = this.#options;
    if (whenUnavailable === 'stop') {
      for (const id of [...this.#tracks.keys()]) this.#end(id);
    } else if (whenUnavailable === 'placeholder' && !isLast) {
      // Not even this may be possible: then the last picture stays.
      await this.#restart({ ...this.#request, onlyPlaceholders: true }).catch(() => {});
    }
  }

  #update(error?: ElsewhereError): void {
    const state = this.#currentState();
    if (state === this.#state) return;
    this.#state = state;
    const reason = error ?? Array.from(this.#tracks.values()).find((track) => track.error)?.error;
    this.dispatchEvent(
      new StateChangeEvent(state, state === 'degraded' || state === 'failed' ? reason : undefined),
    );
  }

  #currentState(): State {
    if (this.#isDisposed) return 'disposed';
    if (this.#hasFailed) return 'failed';
    if (this.#isPaused) return 'paused';
    if (this.#isRecovering) return 'degraded';
    const healths = Array.from(this.#tracks.values(), ({ health }) => health);
    if (healths.includes('degraded')) return 'degraded';
    return this.#hasRun ? 'running' : 'starting';
  }
}

/**
 * Lets a worker fetch and decode a background, and show it.
 *
 * @param isWanted - Asked when it is ready: whether it is still to be shown.
 * @throws What the worker answers, or WebError `ABORTED`.
 */
async function showBackground(
  worker: EngineClient,
  background: SentBackground,
  isWanted: () => boolean = () => true,
  signal?: AbortSignal,
): Promise<void> {
  const id = worker.nextId();
  try {
    await abortable(worker.request({ type: 'background', background }, id), signal);
    if (!isWanted()) throw aborted();
  } catch (error) {
    worker.send({ type: 'discard', background: id });
    throw error;
  }
  worker.send({ type: 'show', background: id });
}

function assertVideoTrack(track: MediaStreamTrack): void {
  if (!(track instanceof MediaStreamTrack) || track.kind !== 'video') {
    throw new WebError('TRACK_INVALID', 'What is to be processed is not a video track.');
  }
  if (track.readyState === 'ended') {
    throw new WebError(
      'TRACK_INVALID',
      'This track has ended: open the camera again and process the new track.',
    );
  }
}

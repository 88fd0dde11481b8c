import type { ElsewhereError } from '@elsewhere/engine';
import { LatestBackground } from '@elsewhere/engine/internal';
import { EngineClient, type EngineListener } from './engine/client.js';
import { closeEngine, preloadEngine, takeEngine } from './engine/preload.js';
import type { EngineRequest, SentBackground } from './engine/protocol.js';
import { engineRequest, resolveBackground } from './engine/request.js';
import { RestartPolicy } from './engine/restart-policy.js';
import { abortable, receiveError, supersededError, WebError } from './errors.js';
import {
  BackgroundErrorEvent,
  type State,
  StateChangeEvent,
  StatisticsEvent,
  VirtualBackgroundEventTarget,
} from './events.js';
import {
  DEFAULT_BACKGROUND,
  firstQuality,
  type LiveOptions,
  mergeLiveOptions,
  type VirtualBackgroundOptions,
  type WebBackground,
} from './options.js';
import { ProcessedTrack } from './processed-track.js';
import { StatisticsKeeper, type WebStatistics } from './statistics.js';
import { isSupported } from './strategies/detect.js';
import type { Strategy } from './strategies/strategy.js';

/** How often to check whether `stop()` was called on a track, for which there is no event; in milliseconds. */
const STOP_CHECK_INTERVAL = 500;

/** What {@link VirtualBackground.create} has prepared. */
interface Prepared {
  readonly strategy: Strategy;
  readonly client: EngineClient;
  readonly request: EngineRequest;
  readonly options: LiveOptions;
  readonly background: WebBackground;
  readonly sent: SentBackground;
}

/**
 * Replaces the background of camera tracks: a video track in, a processed one out.
 *
 * The output is a processed frame, a placeholder without any pixel of the camera, or nothing. The camera background comes
 * out only where the background is `none`.
 *
 * @example
 * ```ts
 * import { VirtualBackground } from '@elsewhere/web';
 *
 * const camera = await navigator.mediaDevices.getUserMedia({ video: true });
 * const [cameraTrack] = camera.getVideoTracks();
 * if (!cameraTrack) throw new Error('The camera has no video.');
 *
 * const background = await VirtualBackground.create({ assets: '/elsewhere/' });
 * background.addEventListener('error', ({ error }) => console.warn(error.code, error.message));
 * const track = background.process(cameraTrack);
 * await background.setBackground({ type: 'image', source: '/beach.jpg' });
 * ```
 */
export class VirtualBackground extends VirtualBackgroundEventTarget implements Disposable {
  readonly #strategy: Strategy;
  readonly #request: EngineRequest;
  readonly #tracks = new Map<number, ProcessedTrack>();
  readonly #statistics: StatisticsKeeper;
  readonly #restartPolicy = new RestartPolicy();
  readonly #disposed = new AbortController();
  /** `undefined` while a worker is being restarted, and after the last one has failed. */
  #client: EngineClient | undefined;
  readonly #background: LatestBackground<WebBackground, SentBackground>;
  #options: LiveOptions;
  #lastTrack = 0;
  #isPaused = false;
  /** Set while a worker is being replaced. */
  #recovery: Promise<void> | undefined;
  #hasFailed = false;
  #hasRun = false;
  #state: State = 'starting';
  #stopChecks: ReturnType<typeof setInterval> | undefined;

  private constructor({ strategy, client, request, options, background, sent }: Prepared) {
    super();
    this.#strategy = strategy;
    this.#request = request;
    this.#options = options;
    this.#background = new LatestBackground(background, sent, supersededError);
    this.#statistics = new StatisticsKeeper(strategy.name);
    this.#use(client);
  }

  /**
   * Loads everything that is needed; after that, processing a track starts at once.
   *
   * @example
   * ```ts
   * import { VirtualBackground, WebError } from '@elsewhere/web';
   *
   * try {
   *   const background = await VirtualBackground.create({
   *     assets: '/elsewhere/',
   *     background: { type: 'blur', strength: 0.6 },
   *     quality: 'auto',
   *     signal: AbortSignal.timeout(20_000),
   *   });
   *   console.log(background.state);
   * } catch (error) {
   *   if (error instanceof WebError && error.code === 'UNSUPPORTED') console.warn(error.message);
   *   else throw error;
   * }
   * ```
   *
   * @param options - All optional; `assets` is needed where a bundler is used.
   * @throws {@link WebError} `UNSUPPORTED`, `ASSET_MISSING`, `WASM_BLOCKED`, `WORKER_FAILED` or `BACKGROUND_UNREADABLE`;
   * EngineError `MODEL_UNKNOWN`, `MODEL_CHECKSUM`, `MODEL_INVALID`, `CLASS_UNKNOWN`, `KERNELS_INVALID`,
   * `BACKGROUND_INVALID` or `OPTION_INVALID`; the reason of `signal`.
   */
  static async create(options: VirtualBackgroundOptions = {}): Promise<VirtualBackground> {
    const { background = DEFAULT_BACKGROUND, signal } = options;
    signal?.throwIfAborted();
    const live = mergeLiveOptions(options);
    const request = engineRequest(options);
    const sent = resolveBackground(background);
    const engine = takeEngine(request);
    try {
      const { client } = engine;
      const loading = Promise.all([engine.strategy, client.loaded, client.showBackground(sent)]);
      const [strategy] = await abortable(loading, signal);
      const created = new VirtualBackground({ strategy, client, request, options: live, background, sent });
      signal?.addEventListener('abort', () => created.dispose(), { signal: created.#disposed.signal });
      return created;
    } catch (error) {
      closeEngine(engine);
      throw error;
    }
  }

  /**
   * Loads and compiles everything ahead of time, so that the next {@link VirtualBackground.create} with the same assets,
   * model, classes and backend is ready at once.
   *
   * @param options - As for {@link VirtualBackground.create}.
   * @throws As {@link VirtualBackground.create}.
   */
  static async prewarm(
    options: Pick<
      VirtualBackgroundOptions,
      'assets' | 'model' | 'keep' | 'backend' | 'quality' | 'signal'
    > = {},
  ): Promise<void> {
    const { quality = 'auto', signal } = options;
    signal?.throwIfAborted();
    await preloadEngine(engineRequest(options), firstQuality(quality), signal);
  }

  /** Whether this browser has what is needed. `create` may still fail where a policy forbids workers or WebAssembly. */
  static isSupported(): boolean {
    return isSupported();
  }

  /** The present state. */
  get state(): State {
    return this.#state;
  }

  /** The present background: that of the last call whose promise has not been rejected, once it is prepared. */
  get background(): WebBackground {
    return this.#background.shown;
  }

  /** Statistics over all tracks, updated about once a second. */
  get statistics(): WebStatistics {
    return this.#statistics.get(this.#tracks.values(), this.#options);
  }

  /**
   * Processes a track.
   *
   * @example
   * ```ts
   * import { VirtualBackground } from '@elsewhere/web';
   *
   * async function show(camera: MediaStreamTrack, video: HTMLVideoElement, signal: AbortSignal) {
   *   const background = await VirtualBackground.create({ assets: '/elsewhere/' });
   *   video.srcObject = new MediaStream([background.process(camera, { signal })]);
   * }
   * ```
   *
   * @param track - A live video track. Stopping the output does not stop it.
   * @param options - `signal`: ends the output.
   * @returns The output, at once; frames follow as soon as they are processed, the first one with the background and the
   * options that were asked for last: while a call of {@link VirtualBackground.setBackground} is preparing its background,
   * none comes. The output ends when the track ends; stopping it ends the processing.
   * @throws {@link WebError} `TRACK_INVALID` if it is not a live video track, `DISPOSED`; the reason of `signal`.
   */
  process(track: MediaStreamTrack, options: { readonly signal?: AbortSignal } = {}): MediaStreamTrack {
    const { signal } = options;
    this.#assertUsable();
    signal?.throwIfAborted();
    assertVideoTrack(track);
    const id = ++this.#lastTrack;
    const processed = new ProcessedTrack(id, track, this.#strategy.connect(track));
    this.#tracks.set(id, processed);
    // Settings that are changed in the same task apply to the first frame.
    queueMicrotask(() => this.#startTracks());
    processed.endWith(() => this.#end(id), signal);
    this.#stopChecks ??= setInterval(() => this.#checkStops(), STOP_CHECK_INTERVAL);
    if (this.#hasFailed && this.#options.whenUnavailable === 'stop') this.#end(id);
    return processed.output;
  }

  /**
   * Changes the background.
   *
   * @example
   * ```ts
   * import { type VirtualBackground, WebError } from '@elsewhere/web';
   *
   * async function choose(background: VirtualBackground, file: File) {
   *   try {
   *     await background.setBackground({ type: 'image', source: file, fit: 'cover' });
   *   } catch (error) {
   *     // A later call has replaced this one: nothing to report.
   *     if (error instanceof WebError && error.code === 'SUPERSEDED') return;
   *     throw error;
   *   }
   * }
   * ```
   *
   * From the call on, the camera background is not shown any more, unless `none` is asked for: where the previous background
   * is `none`, placeholders come out until the new one is prepared, and also where it cannot be had. Any other previous
   * background stays until then.
   *
   * @param background - The new background, or a promise of it: where it has to be made first, do not wait for it before the
   * call. A rejection becomes that of the call.
   * @param options - `signal`: keeps the previous background, if it is aborted before the new one is fetched and decoded.
   * @returns Resolves when a frame with the new background has come out of every track. Where no frames flow (no track,
   * paused, a stalled camera), it resolves when no later frame can show the previous background. While a worker is being
   * restarted, the call waits for it.
   * @throws {@link WebError} `SUPERSEDED` if a later call has replaced this one, `BACKGROUND_UNREADABLE`, `WORKER_FAILED`
   * or `DISPOSED`; EngineError `BACKGROUND_INVALID`; the reason of `signal`. The previous background stays then.
   */
  async setBackground(
    background: WebBackground | PromiseLike<WebBackground>,
    options: { readonly signal?: AbortSignal } = {},
  ): Promise<void> {
    const { signal } = options;
    this.#assertUsable();
    signal?.throwIfAborted();
    const isPromised = isPromise(background);
    const call = this.#background.begin(isPromised ? undefined : background);
    const signals = [call.signal, signal];
    this.#updatePause();
    try {
      const given = isPromised ? await abortable(background, ...signals) : background;
      this.#background.resolve(call, given);
      this.#updatePause();
      const sent = resolveBackground(given);
      // Nothing is awaited where there is nothing to wait for: calls reach the worker in their order.
      const client = this.#client ?? (await abortable(this.#recovered(), ...signals));
      await client.showBackground(sent, signals, () => {
        // A worker that is restarted from now on begins with this background.
        this.#background.show(given, sent);
        this.#updatePause();
        this.#startTracks();
      });
    } catch (error) {
      this.#background.fail(call);
      this.#startTracks();
      throw error;
    }
  }

  /**
   * Changes options from the next frame on.
   *
   * @param options - Those to change; `undefined` restores the default.
   * @throws EngineError `OPTION_INVALID`, and no option is changed; {@link WebError} `DISPOSED`.
   */
  setOptions(options: Partial<LiveOptions>): void {
    this.#assertUsable();
    this.#options = mergeLiveOptions(options, this.#options);
    this.#client?.post({ type: 'options', options: this.#options });
  }

  /** Shows the placeholder instead of the camera from the next frame on. */
  pause(): void {
    this.#setPaused(true);
  }

  /** Ends {@link VirtualBackground.pause}. */
  resume(): void {
    this.#setPaused(false);
  }

  /** Ends all outputs and frees everything. Further calls do nothing. */
  dispose(): void {
    if (this.#isDisposed) return;
    for (const id of [...this.#tracks.keys()]) this.#end(id);
    this.#disposed.abort();
    this.#background.dispose(disposedError());
    this.#client?.close();
    this.#client = undefined;
    this.#strategy.dispose();
    this.#updateState();
  }

  /** {@link VirtualBackground.dispose}, for `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  get #isDisposed(): boolean {
    return this.#disposed.signal.aborted;
  }

  #assertUsable(): void {
    if (this.#isDisposed) throw disposedError();
  }

  #setPaused(paused: boolean): void {
    this.#assertUsable();
    this.#isPaused = paused;
    this.#updatePause();
    this.#updateState();
  }

  /** Lets the worker show placeholders, or no longer. After the last failure there is nothing else to show. */
  #updatePause(): void {
    const paused = this.#isPaused || this.#hasFailed || this.#background.hidesCamera;
    this.#client?.post({ type: 'pause', paused });
  }

  /** Lets a worker, which is loaded and has the background, continue with all tracks. */
  #use(client: EngineClient): void {
    this.#client = client;
    client.listener = this.#createListener();
    client.post({ type: 'options', options: this.#options });
    this.#updatePause();
    this.#startTracks();
  }

  /** Starts the tracks that the worker does not process yet. New ones wait for the background that was asked for last. */
  #startTracks(): void {
    const client = this.#client;
    if (!client) return;
    for (const track of this.#tracks.values()) {
      if (track.hasStarted || !this.#background.isPending) track.start(client);
    }
  }

  #createListener(): EngineListener {
    return {
      handleMessage: (message) => {
        switch (message.type) {
          case 'health': {
            const track = this.#tracks.get(message.session);
            if (!track) return;
            track.health = message.health;
            track.error = message.error && (receiveError(message.error) as ElsewhereError);
            this.#hasRun ||= message.health === 'running';
            if (track.error) this.dispatchEvent(new BackgroundErrorEvent(track.error));
            this.#updateState();
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
          case 'error':
            this.dispatchEvent(new BackgroundErrorEvent(receiveError(message.error) as ElsewhereError));
            return;
          case 'ended':
            this.#end(message.session);
            return;
        }
      },
      handleFailure: (error) => {
        this.#client = undefined;
        this.#recovery = Promise.resolve().then(() => this.#recover(error));
      },
    };
  }

  #end(id: number): void {
    const track = this.#tracks.get(id);
    if (!track) return;
    this.#tracks.delete(id);
    this.#statistics.retire(track);
    track.stop(this.#client);
    if (this.#tracks.size === 0) {
      clearInterval(this.#stopChecks);
      this.#stopChecks = undefined;
    }
    this.#updateState();
  }

  #checkStops(): void {
    for (const [id, track] of this.#tracks) if (track.hasEnded) this.#end(id);
  }

  /** Replaces a worker that has failed, as often as the policy allows. */
  async #recover(error: ElsewhereError): Promise<void> {
    let reason = error;
    while (!this.#isDisposed && !this.#client) {
      this.dispatchEvent(new BackgroundErrorEvent(reason));
      this.#updateState(reason);
      const delay = this.#hasFailed ? undefined : this.#restartPolicy.next(performance.now());
      if (delay === undefined) {
        await this.#fail(reason);
        break;
      }
      await new Promise((resolve) => setTimeout(resolve, delay));
      try {
        await this.#restart(this.#request);
      } catch (cause) {
        reason = cause as ElsewhereError;
      }
    }
    this.#recovery = undefined;
    this.#updateState(reason);
  }

  /** The worker that replaces the one that has failed. */
  async #recovered(): Promise<EngineClient> {
    while (this.#recovery) await this.#recovery;
    if (this.#client) return this.#client;
    throw new WebError('WORKER_FAILED', 'The worker has failed too often: create a new virtual background.');
  }

  async #restart(request: EngineRequest): Promise<void> {
    if (this.#isDisposed) return;
    const client = EngineClient.start(request);
    try {
      await Promise.all([client.loaded, client.showBackground(this.#background.prepared)]);
    } catch (error) {
      client.close();
      throw error;
    }
    if (this.#isDisposed) client.close();
    else this.#use(client);
  }

  /** The last worker has failed: shows what `whenUnavailable` says, for good. */
  async #fail(reason: ElsewhereError): Promise<void> {
    const hadFailed = this.#hasFailed;
    this.#hasFailed = true;
    this.#updateState(reason);
    const { whenUnavailable } = this.#options;
    if (whenUnavailable === 'stop') {
      for (const id of [...this.#tracks.keys()]) this.#end(id);
    } else if (whenUnavailable === 'placeholder' && !hadFailed) {
      // If not even placeholders can be made, the last frame stays.
      await this.#restart({ ...this.#request, onlyPlaceholders: true }).catch(() => {});
    }
  }

  #updateState(error?: ElsewhereError): void {
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
    if (this.#recovery) return 'degraded';
    const healths = Array.from(this.#tracks.values(), ({ health }) => health);
    if (healths.includes('degraded')) return 'degraded';
    return this.#hasRun ? 'running' : 'starting';
  }
}

function disposedError(): WebError {
  return new WebError('DISPOSED', 'This virtual background was disposed of: create a new one.');
}

function isPromise<T extends object>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return typeof value === 'object' && value !== null && 'then' in value;
}

function assertVideoTrack(track: MediaStreamTrack): void {
  if (!(track instanceof MediaStreamTrack) || track.kind !== 'video') {
    throw new WebError('TRACK_INVALID', 'The argument is not a video track.');
  }
  if (track.readyState === 'ended') {
    throw new WebError(
      'TRACK_INVALID',
      'This track has ended: open the camera again and process the new track.',
    );
  }
}

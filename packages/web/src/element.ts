import type { ElsewhereError } from '@elsewhere/engine';
import {
  BACKGROUND_ATTRIBUTES,
  LIVE_ATTRIBUTES,
  readBackground,
  readLiveOptions,
  readSetup,
  SETUP_ATTRIBUTES,
} from './attributes.js';
import { WebError } from './errors.js';
import { BackgroundErrorEvent, type State, StateChangeEvent } from './events.js';
import { VirtualBackground } from './virtual-background.js';

const STYLE = `
  :host { display: inline-block; object-fit: cover; }
  :host([hidden]) { display: none; }
  video { display: block; width: 100%; height: 100%; object-fit: inherit; }`;

// On a server there is no DOM, and importing this module must not fail there.
const Base = globalThis.HTMLElement ?? (class {} as typeof HTMLElement);

/**
 * The element `<virtual-background>`: opens the camera, replaces its background and displays the result.
 *
 * Attributes:
 * - `background`: `blur` (default), `bokeh`, `image` or `video` (with `src`), `transparent`, `none`, or any CSS colour.
 * - `src`: the URL of the image or video. `fit`: `cover` (default), `contain`, `stretch` or `tile`.
 * - `strength`: of `blur` and `bokeh`, 0..1.
 * - One for each of `LiveOptions`, its name in kebab case: `mirror` and `follow` by their presence, numbers like
 *   `max-frame-rate="15"`, sizes like `max-size="1280x720"`, everything else by its value, like `quality="low"`.
 * - `camera`: the `deviceId` of the camera to open. Default: the browser's choice.
 * - `assets`, `model`, `backend` and `keep` (names separated by commas): as in `VirtualBackgroundOptions`. A change of
 *   these, or of `camera`, restarts the element; all others are applied to the running track.
 *
 * Events: `statechange` and `error` as of `VirtualBackground`; `trackchange` when {@link VirtualBackgroundElement.track}
 * has changed.
 *
 * @example
 * ```ts
 * import '@elsewhere/web/element';
 *
 * const element = document.createElement('virtual-background');
 * element.setAttribute('assets', '/elsewhere/');
 * element.setAttribute('background', 'image');
 * element.setAttribute('src', '/beach.jpg');
 * element.addEventListener('trackchange', () => console.log(element.track));
 * document.body.append(element);
 * ```
 */
export class VirtualBackgroundElement extends Base {
  /** The attributes whose changes the browser reports. */
  static readonly observedAttributes: readonly string[] = [
    ...SETUP_ATTRIBUTES,
    ...LIVE_ATTRIBUTES,
    ...BACKGROUND_ATTRIBUTES,
  ];
  readonly #video: HTMLVideoElement;
  #source: MediaStreamTrack | undefined;
  #track: MediaStreamTrack | undefined;
  #background: VirtualBackground | undefined;
  #running: AbortController | undefined;
  #state: State = 'starting';
  /** Whether attributes were changed while everything was being prepared, or since that has failed. */
  #hasChanged = false;

  constructor() {
    super();
    this.#video = document.createElement('video');
    this.#video.autoplay = true;
    this.#video.muted = true;
    this.#video.playsInline = true;
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    const shadow = this.attachShadow({ mode: 'open' });
    shadow.adoptedStyleSheets = [sheet];
    shadow.append(this.#video);
  }

  /** The track to process, which stays the caller's. Without one, a camera is opened. */
  get source(): MediaStreamTrack | undefined {
    return this.#source;
  }

  set source(track: MediaStreamTrack | undefined) {
    if (track === this.#source) return;
    this.#source = track;
    this.#restart();
  }

  /** The processed track, to be sent; `undefined` until there is one. It ends with the element. */
  get track(): MediaStreamTrack | undefined {
    return this.#track;
  }

  /** The present state. */
  get state(): State {
    return this.#state;
  }

  /** What processes the track; `undefined` until it is prepared. The element disposes of it. */
  get virtualBackground(): VirtualBackground | undefined {
    return this.#background;
  }

  /** Starts; called by the browser. */
  connectedCallback(): void {
    if (!this.#running) this.#start();
  }

  /** Ends, unless the element has only been moved; called by the browser. */
  disconnectedCallback(): void {
    queueMicrotask(() => {
      if (!this.isConnected) this.#stop();
    });
  }

  /** Applies an attribute; called by the browser. */
  attributeChangedCallback(name: string, before: string | null, after: string | null): void {
    if (before === after || !this.#running) return;
    if (SETUP_ATTRIBUTES.includes(name)) this.#restart();
    else if (!this.#background) {
      this.#hasChanged = true;
      if (this.#state === 'failed') this.#restart();
    } else if (LIVE_ATTRIBUTES.includes(name)) this.#applyOptions(this.#background);
    else this.#applyBackground(this.#background, this.#running.signal);
  }

  #restart(): void {
    this.#stop();
    if (this.isConnected) this.#start();
  }

  #start(): void {
    this.#running = new AbortController();
    const { signal } = this.#running;
    this.#hasChanged = false;
    this.#setState('starting');
    this.#run(signal).catch((error) => {
      if (signal.aborted) return;
      // What has failed may not be what is asked for any more.
      if (this.#hasChanged) this.#restart();
      else this.#fail(error);
    });
  }

  #stop(): void {
    this.#running?.abort();
    this.#running = undefined;
    this.#background = undefined;
    this.#show(undefined);
  }

  /** Opens the camera while everything is being prepared. Both are closed when the signal is aborted. */
  async #run(signal: AbortSignal): Promise<void> {
    const [camera, background] = await Promise.all([
      this.#source ?? openCamera(this.getAttribute('camera'), signal),
      this.#create(signal),
    ]);
    if (signal.aborted) return;
    background.addEventListener('statechange', ({ state, error }) => this.#setState(state, error), {
      signal,
    });
    background.addEventListener('error', ({ error }) => this.#fail(error, background.state), { signal });
    this.#background = background;
    if (this.#hasChanged) {
      this.#applyOptions(background);
      this.#applyBackground(background, signal);
    }
    // Its first frame has what was asked for last, also where that is still being prepared.
    this.#show(background.process(camera));
    this.#setState(background.state);
  }

  #create(signal: AbortSignal): Promise<VirtualBackground> {
    return VirtualBackground.create({
      ...readSetup(this),
      ...readLiveOptions(this),
      background: readBackground(this),
      signal,
    });
  }

  #applyOptions(background: VirtualBackground): void {
    try {
      background.setOptions(readLiveOptions(this));
    } catch (error) {
      this.#fail(error as ElsewhereError, background.state);
    }
  }

  #applyBackground(background: VirtualBackground, signal: AbortSignal): void {
    background.setBackground(readBackground(this), { signal }).catch((error) => {
      // A later change may have replaced this one.
      if (error?.code !== 'SUPERSEDED' && !signal.aborted) this.#fail(error, background.state);
    });
  }

  #show(track: MediaStreamTrack | undefined): void {
    if (track === this.#track) return;
    this.#track?.stop();
    this.#track = track;
    this.#video.srcObject = track ? new MediaStream([track]) : null;
    this.dispatchEvent(new Event('trackchange'));
  }

  #setState(state: State, error?: StateChangeEvent['error']): void {
    if (state === this.#state) return;
    this.#state = state;
    this.dispatchEvent(new StateChangeEvent(state, error));
  }

  #fail(error: BackgroundErrorEvent['error'], state: State = 'failed'): void {
    this.#setState(state, error);
    this.dispatchEvent(new BackgroundErrorEvent(error));
  }
}

/** Opens a camera until the signal is aborted. */
async function openCamera(deviceId: string | null, signal: AbortSignal): Promise<MediaStreamTrack> {
  const video = deviceId ? { deviceId: { exact: deviceId } } : true;
  const stream = await navigator.mediaDevices.getUserMedia({ video });
  const close = () => {
    for (const track of stream.getTracks()) track.stop();
  };
  if (signal.aborted) close();
  else signal.addEventListener('abort', close, { once: true });
  const [camera] = stream.getVideoTracks();
  if (!camera) throw new WebError('TRACK_INVALID', 'The camera has no video.');
  return camera;
}

declare global {
  interface HTMLElementTagNameMap {
    'virtual-background': VirtualBackgroundElement;
  }
}

if (globalThis.customElements && !customElements.get('virtual-background')) {
  customElements.define('virtual-background', VirtualBackgroundElement);
}

import type { Fit } from '@elsewhere/engine';
import { WebError } from './errors.js';
import { BackgroundErrorEvent, type State, StateChangeEvent } from './events.js';
import type { LiveOptions, WebBackground, WebQuality } from './options.js';
import { VirtualBackground } from './virtual-background.js';

/** Attributes that say what to begin with: a change starts anew. */
const SETUP = ['camera', 'assets', 'model'];
const LIVE = ['mirror', 'quality'];
const BACKGROUND = ['background', 'src', 'fit', 'strength'];

const STYLE = `
  :host { display: inline-block; object-fit: cover; }
  :host([hidden]) { display: none; }
  video { display: block; width: 100%; height: 100%; object-fit: inherit; }`;

// Importing this where there is no DOM, on a server, must not fail.
const Base = globalThis.HTMLElement ?? (class {} as typeof HTMLElement);

/**
 * The element `<virtual-background>`: opens the camera, puts another background behind it and shows the result.
 *
 * Attributes:
 * - `background`: `blur` (default), `bokeh`, `image` or `video` (with `src`), `transparent`, `none`, or any CSS colour.
 * - `src`: the address of the picture or video. `fit`: `cover` (default), `contain`, `stretch` or `tile`.
 * - `strength`: of `blur` and `bokeh`, 0..1.
 * - `mirror`: where it is there, the camera's picture is mirrored. `quality`: as in `LiveOptions`.
 * - `camera`: the `deviceId` of the camera to open. Default: the browser's choice.
 * - `assets`, `model`: as in `VirtualBackgroundOptions`.
 *
 * Events: `statechange` and `error` as of `VirtualBackground`; `trackchange` when {@link VirtualBackgroundElement.track} has
 * become another one.
 */
export class VirtualBackgroundElement extends Base {
  /** The attributes that it follows. */
  static readonly observedAttributes: readonly string[] = [...SETUP, ...LIVE, ...BACKGROUND];
  readonly #video: HTMLVideoElement;
  #source: MediaStreamTrack | undefined;
  #track: MediaStreamTrack | undefined;
  #background: VirtualBackground | undefined;
  #running: AbortController | undefined;
  #state: State = 'starting';

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

  /** A track to process; without one, a camera is opened. It stays the caller's. */
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

  /** How it is doing. */
  get state(): State {
    return this.#state;
  }

  /** The object that does the work; `undefined` until it is prepared. The element disposes of it. */
  get virtualBackground(): VirtualBackground | undefined {
    return this.#background;
  }

  /** Begins; called by the browser. */
  connectedCallback(): void {
    if (!this.#running) this.#start();
  }

  /** TrackPorts, unless the element has only been moved; called by the browser. */
  disconnectedCallback(): void {
    queueMicrotask(() => {
      if (!this.isConnected) this.#stop();
    });
  }

  /** Follows an attribute; called by the browser. */
  attributeChangedCallback(name: string, before: string | null, after: string | null): void {
    if (before === after || !this.#running) return;
    if (SETUP.includes(name)) this.#restart();
    // Until it is prepared there is nothing to change: the attributes are read then.
    else if (this.#background) this.#follow(name, this.#background, this.#running.signal);
  }

  #restart(): void {
    this.#stop();
    if (this.isConnected) this.#start();
  }

  #start(): void {
    this.#running = new AbortController();
    const { signal } = this.#running;
    this.#setState('starting');
    this.#run(signal).catch((error) => {
      if (!signal.aborted) this.#fail(error);
    });
  }

  #stop(): void {
    this.#running?.abort();
    this.#running = undefined;
    this.#background = undefined;
    this.#show(undefined);
  }

  /** Opens the camera and prepares everything at once; what has been opened is closed with the signal. */
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
    this.#show(background.process(camera));
    this.#setState(background.state);
  }

  #create(signal: AbortSignal): Promise<VirtualBackground> {
    const [model, assets] = [this.getAttribute('model'), this.getAttribute('assets')];
    return VirtualBackground.create({
      ...this.#readOptions(),
      background: this.#readBackground(),
      ...(model !== null && { model }),
      ...(assets !== null && { assets }),
      signal,
    });
  }

  #follow(name: string, background: VirtualBackground, signal: AbortSignal): void {
    const change = async () => {
      if (LIVE.includes(name)) background.setOptions(this.#readOptions());
      else await background.setBackground(this.#readBackground(), { signal });
    };
    change().catch((error) => {
      // A later change may have replaced this one.
      if (error?.code !== 'SUPERSEDED' && !signal.aborted) this.#fail(error, background.state);
    });
  }

  #readOptions(): Pick<LiveOptions, 'mirror' | 'quality'> {
    // What is none of the qualities is refused by name.
    const quality = (this.getAttribute('quality') ?? 'auto') as WebQuality;
    return { mirror: this.hasAttribute('mirror'), quality };
  }

  #readBackground(): WebBackground {
    const type = this.getAttribute('background') ?? 'blur';
    const [source, fit, strength] = ['src', 'fit', 'strength'].map((name) => this.getAttribute(name));
    switch (type) {
      case 'none':
      case 'transparent':
        return { type };
      case 'blur':
      case 'bokeh':
        return { type, ...(strength && { strength: Number(strength) }) };
      case 'image':
      case 'video':
        // What is none of the fits is refused by name.
        return { type, source: source ?? '', ...(fit && { fit: fit as Fit }) } as WebBackground;
      default:
        return { type: 'color', color: type };
    }
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
  if (!camera) throw new WebError('TRACK_INVALID', 'The camera gives no video.');
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

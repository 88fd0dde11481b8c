import type { ToBackground, ToFrame } from '../protocol.js';

/** The hidden frame's page. */
const PAGE = 'engine.html';

/**
 * One transparent pixel: browsers give the processes of frames that are not displayed a low priority, and the call would stutter on
 * a busy machine.
 */
const UNSEEN: Partial<CSSStyleDeclaration> = {
  position: 'fixed',
  inset: '0 auto auto 0',
  width: '1px',
  height: '1px',
  opacity: '0',
  pointerEvents: 'none',
  contain: 'strict',
};
const FILLING: Partial<CSSStyleDeclaration> = { display: 'block', width: '1px', height: '1px', border: '0' };

/** So many milliseconds apart a hidden frame may be replaced: a page that removes it again and again must not become slow. */
const MIN_AGE = 1000;

/**
 * The hidden frame with the engine, of the extension's own origin, where no policy of the page holds. It lives in a shadow tree
 * that the page's scripts cannot look into.
 */
export class EngineFrame {
  #opened: Promise<(port: MessagePort) => void> | undefined;
  #host: HTMLElement | undefined;
  #number = 0;
  #openedAt = 0;

  /** Counts the frames; 0 before the first one. */
  get number(): number {
    return this.#number;
  }

  /**
   * Connects a feed.
   *
   * @param port - The feed's.
   * @param lost - The number of a frame that does not answer any more, which is replaced; 0 for none.
   * @throws Error if the extension has gone.
   */
  async connect(port: MessagePort, lost: number): Promise<void> {
    const isLost = lost === this.#number || !this.#host?.isConnected;
    if (isLost && performance.now() - this.#openedAt >= MIN_AGE) this.#close();
    this.#opened ??= this.#open();
    const send = await this.#opened;
    send(port);
  }

  #close(): void {
    this.#host?.remove();
    this.#opened = undefined;
  }

  async #open(): Promise<(port: MessagePort) => void> {
    this.#number++;
    this.#openedAt = performance.now();
    const secret = crypto.randomUUID();
    await chrome.runtime.sendMessage({ type: 'expect', secret } satisfies ToBackground);
    const host = document.createElement('div');
    host.setAttribute('aria-hidden', 'true');
    Object.assign(host.style, UNSEEN);
    const frame = document.createElement('iframe');
    const url = chrome.runtime.getURL(PAGE);
    frame.src = url;
    Object.assign(frame.style, FILLING);
    frame.tabIndex = -1;
    host.attachShadow({ mode: 'closed' }).append(frame);
    const loaded = new Promise((resolve) => frame.addEventListener('load', resolve, { once: true }));
    this.#host = host;
    document.documentElement.append(host);
    await loaded;
    const { origin } = new URL(url);
    return (port) =>
      frame.contentWindow?.postMessage({ type: 'elsewhere', secret } satisfies ToFrame, origin, [port]);
  }
}

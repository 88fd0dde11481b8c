import type { State, VirtualBackgroundEvents } from './events.js';
import { WebError } from './errors.js';
import type { LiveOptions, VirtualBackgroundOptions, WebBackground } from './options.js';
import type { WebStatistics } from './statistics.js';

/** Skeleton: the face that the other parts are written against. */
export class VirtualBackground extends EventTarget implements Disposable {
  private constructor() {
    super();
  }

  static async create(_options: VirtualBackgroundOptions = {}): Promise<VirtualBackground> {
    throw notYet();
  }

  static async prewarm(
    _options: Pick<VirtualBackgroundOptions, 'assets' | 'model' | 'quality' | 'signal'> = {},
  ): Promise<void> {
    throw notYet();
  }

  static isSupported(): boolean {
    throw notYet();
  }

  get state(): State {
    throw notYet();
  }

  get background(): WebBackground {
    throw notYet();
  }

  get statistics(): WebStatistics {
    throw notYet();
  }

  process(_track: MediaStreamTrack, _options: { signal?: AbortSignal } = {}): MediaStreamTrack {
    throw notYet();
  }

  async setBackground(_background: WebBackground, _options: { signal?: AbortSignal } = {}): Promise<void> {
    throw notYet();
  }

  setOptions(_options: Partial<LiveOptions>): void {
    throw notYet();
  }

  pause(): void {
    throw notYet();
  }

  resume(): void {
    throw notYet();
  }

  dispose(): void {
    throw notYet();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

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
}

function notYet(): WebError {
  return new WebError('UNSUPPORTED', 'Not there yet.');
}

import type { SentBackground } from './engine/protocol.js';
import { WebError } from './errors.js';
import type { WebBackground } from './options.js';

/** A call of `setBackground`, until its background is shown or it has failed. */
export interface BackgroundCall {
  /** Aborted where a later call has replaced this one, or the object was disposed of. */
  readonly signal: AbortSignal;
}

/**
 * The background that was asked for last, and the one that is shown. Preparing a background takes time, in which further calls
 * may come; here it is decided what they mean:
 * - Only the last call may show its background.
 * - While a call is pending, no track begins: it would begin with an older background.
 * - The camera background is shown only while `none` is what was asked for last, also where what was asked for instead is
 *   still being prepared, or has failed.
 */
export class LatestBackground {
  #shown: WebBackground;
  #sent: SentBackground;
  /** Whether `none` is what was asked for last. */
  #wantsCamera: boolean;
  #pending: AbortController | undefined;

  /**
   * @param shown - What is shown now.
   * @param sent - The same, for a worker.
   */
  constructor(shown: WebBackground, sent: SentBackground) {
    this.#shown = shown;
    this.#sent = sent;
    this.#wantsCamera = shown.type === 'none';
  }

  /** What is shown. */
  get shown(): WebBackground {
    return this.#shown;
  }

  /** The same, for a worker. */
  get sent(): SentBackground {
    return this.#sent;
  }

  /** Whether the last call is still preparing its background. */
  get isPending(): boolean {
    return this.#pending !== undefined;
  }

  /** Whether placeholders have to be shown, because the background that is shown is `none`, and another was asked for. */
  get hidesCamera(): boolean {
    return this.#shown.type === 'none' && !this.#wantsCamera;
  }

  /**
   * A call begins; the one before ends with `SUPERSEDED`.
   *
   * @param asked - What is asked for; `undefined` if that is not known yet, see {@link LatestBackground.resolve}.
   */
  begin(asked: WebBackground | undefined): BackgroundCall {
    this.#pending?.abort(new WebError('SUPERSEDED', 'A later call of setBackground replaced this one.'));
    this.#pending = new AbortController();
    this.#wantsCamera = asked?.type === 'none';
    return this.#pending;
  }

  /** What a call asks for has become known. */
  resolve(call: BackgroundCall, asked: WebBackground): void {
    if (call === this.#pending) this.#wantsCamera = asked?.type === 'none';
  }

  /** The background of the last call is shown from now on. */
  show(shown: WebBackground, sent: SentBackground): void {
    this.#shown = shown;
    this.#sent = sent;
    this.#pending = undefined;
  }

  /** A call has failed: what was shown stays, but see {@link LatestBackground.hidesCamera}. */
  fail(call: BackgroundCall): void {
    if (call === this.#pending) this.#pending = undefined;
  }

  /** Ends the pending call. */
  dispose(reason: WebError): void {
    this.#pending?.abort(reason);
    this.#pending = undefined;
  }
}

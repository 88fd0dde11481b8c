/** A call that asks for another background, until that is shown or the call has failed. */
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
 *
 * @typeParam Asked - What a background is asked for as.
 * @typeParam Prepared - What is made of it before it can be shown.
 */
export class LatestBackground<Asked extends { readonly type: string }, Prepared> {
  #shown: Asked;
  #prepared: Prepared;
  readonly #superseded: () => Error;
  /** Whether `none` is what was asked for last. */
  #wantsCamera: boolean;
  #pending: AbortController | undefined;

  /**
   * @param shown - What is shown now.
   * @param prepared - The same, prepared.
   * @param superseded - Makes the error with which a call ends that a later one has replaced.
   */
  constructor(shown: Asked, prepared: Prepared, superseded: () => Error) {
    this.#shown = shown;
    this.#prepared = prepared;
    this.#superseded = superseded;
    this.#wantsCamera = shown.type === 'none';
  }

  /** What is shown. */
  get shown(): Asked {
    return this.#shown;
  }

  /** The same, prepared. */
  get prepared(): Prepared {
    return this.#prepared;
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
   * A call begins; the signal of the one before is aborted.
   *
   * @param asked - What is asked for; `undefined` if that is not known yet, see {@link LatestBackground.resolve}.
   */
  begin(asked: Asked | undefined): BackgroundCall {
    this.#pending?.abort(this.#superseded());
    this.#pending = new AbortController();
    this.#wantsCamera = asked?.type === 'none';
    return this.#pending;
  }

  /** What a call asks for has become known. */
  resolve(call: BackgroundCall, asked: Asked): void {
    if (call === this.#pending) this.#wantsCamera = asked?.type === 'none';
  }

  /** The background of the last call is shown from now on. */
  show(shown: Asked, prepared: Prepared): void {
    this.#shown = shown;
    this.#prepared = prepared;
    this.#pending = undefined;
  }

  /** A call has failed: what was shown stays, but see {@link LatestBackground.hidesCamera}. */
  fail(call: BackgroundCall): void {
    if (call === this.#pending) this.#pending = undefined;
  }

  /** Ends the pending call. */
  dispose(reason: Error): void {
    this.#pending?.abort(reason);
    this.#pending = undefined;
  }
}

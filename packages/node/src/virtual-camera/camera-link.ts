import type { Frame } from '@elsewhere/engine';
import type { Camera } from './camera.js';

/** After this time without a frame the last one is not shown any more, in milliseconds. */
const STALE_MS = 1000;

/** After this time without a frame the camera is opened again: it hangs, as some do when the computer wakes up. */
const FROZEN_MS = 5000;

/** Between two attempts to open a camera that is lost. */
const RETRY_MS = 1000;

/** What a {@link CameraLink} does. */
export type LinkState = 'off' | 'starting' | 'live' | 'lost';

/** Keeps a camera open while it is wanted: opens it again when it was lost. */
export class CameraLink {
  readonly #open: () => Promise<Camera>;
  #camera: Camera | undefined;
  /** A camera that is being opened or closed. */
  #change: Promise<void> | undefined;
  #isWanted = false;
  #retryAt = Number.NEGATIVE_INFINITY;
  /** When the last frame came, or the camera was opened. */
  #aliveAt = 0;
  #hasFrame = false;
  #problem: string | undefined;

  /**
   * @param open - Opens the camera.
   * @param camera - The camera, if it is open already.
   */
  constructor(open: () => Promise<Camera>, camera?: Camera) {
    this.#open = open;
    this.#camera = camera;
  }

  /** What it does. */
  get state(): LinkState {
    if (!this.#isWanted) return 'off';
    if (this.#problem !== undefined) return 'lost';
    return this.#hasFrame ? 'live' : 'starting';
  }

  /** Why the camera is lost, as a sentence. */
  get problem(): string | undefined {
    return this.#isWanted ? this.#problem : undefined;
  }

  /** When there is something to do, in milliseconds. */
  get nextAt(): number {
    return this.#camera?.nextAt ?? Number.POSITIVE_INFINITY;
  }

  /**
   * Opens or closes the camera, without waiting for it. Call it regularly.
   *
   * @param isWanted - Whether the camera is to be open.
   * @param now - The time in milliseconds.
   */
  update(isWanted: boolean, now: number): void {
    if (isWanted !== this.#isWanted) {
      this.#isWanted = isWanted;
      this.#hasFrame = false;
      this.#problem = undefined;
      this.#retryAt = now;
      this.#aliveAt = now;
    }
    if (this.#change) return;
    if (this.#camera && !isWanted) this.#drop();
    else if (!this.#camera && isWanted && now >= this.#retryAt) {
      this.#retryAt = now + RETRY_MS;
      this.#change = this.#open()
        .then(
          (camera) => {
            this.#camera = camera;
            this.#aliveAt = Number.NaN;
          },
          (error) => this.#lose(error),
        )
        .finally(() => {
          this.#change = undefined;
        });
    }
  }

  /**
   * The newest frame since the last call, valid until the next one.
   *
   * @param now - The time in milliseconds.
   */
  read(now: number): Frame | undefined {
    if (!this.#camera || !this.#isWanted) return undefined;
    // Opening takes seconds with some cameras; those do not count.
    if (Number.isNaN(this.#aliveAt)) this.#aliveAt = now;
    try {
      const frame = this.#camera.read(now);
      if (frame) {
        this.#aliveAt = now;
        this.#hasFrame = true;
        this.#problem = undefined;
        return frame;
      }
    } catch (error) {
      this.#lose(error);
      this.#retryAt = now + RETRY_MS;
      this.#drop();
      return undefined;
    }
    const silence = now - this.#aliveAt;
    if (silence >= STALE_MS && this.#hasFrame) this.#lose('The camera gives no frames any more.');
    if (silence >= FROZEN_MS) {
      this.#lose('The camera gives no frames.');
      this.#drop();
    }
    return undefined;
  }

  /** Closes the camera. */
  async close(): Promise<void> {
    this.#isWanted = false;
    await this.#change;
    if (this.#camera) this.#drop();
    await this.#change;
  }

  #lose(error: unknown): void {
    this.#hasFrame = false;
    this.#problem = error instanceof Error ? error.message : String(error);
  }

  #drop(): void {
    const camera = this.#camera;
    this.#camera = undefined;
    this.#change = camera?.close().finally(() => {
      this.#change = undefined;
    });
  }
}

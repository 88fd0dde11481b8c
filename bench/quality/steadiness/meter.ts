import type { Size } from '../items/scale.js';
import { diagonal, edgePixels, neighbourhood, SURROUNDINGS } from '../metrics/edge.js';
import { Debris } from './debris.js';
import { Toggles } from './toggles.js';

/** The beginning of a clip that is left out, in seconds: a matte may settle. */
const SETTLING = 0.5;

/** How steady a matte is, without ground truth. */
export interface Steadiness {
  /** Changes of still pixels between person and background, in per cent of the person's area, per minute. */
  readonly toggles: number;
  /** Those in blobs of at least .5 % of the person's area. */
  readonly pops: number;
  /** Parts that are no person: per cent of the person's area times seconds, per minute. */
  readonly debris: number;
  /** How often such parts appear or vanish, per minute. */
  readonly births: number;
  /** The mean change of alpha from frame to frame, times 1000, at still pixels near the edge. */
  readonly shim?: number;
}

/** Measures how steady the mattes of a clip are. */
export class SteadinessMeter {
  readonly #size: Size;
  readonly #fps: number;
  readonly #toggles: Toggles;
  readonly #debris: Debris;
  readonly #waiting: Uint8Array[] = [];
  #before: Uint8Array | undefined;
  #frames = 0;
  #counted = 0;
  #area = 0;
  #shim = 0;
  #shimPixels = 0;

  /**
   * @param size - The size of the small mattes.
   * @param fps - Frames per second.
   */
  constructor(size: Size, fps: number) {
    this.#size = size;
    this.#fps = fps;
    this.#toggles = new Toggles(size);
    this.#debris = new Debris(size, fps);
  }

  /** The mean area of the foreground, in pixels. */
  get area(): number {
    return this.#frames === 0 ? 0 : this.#area / this.#frames;
  }

  /** Adds the next matte. It is judged when its still pixels are known. */
  add(alpha: Uint8Array): void {
    this.#waiting.push(alpha);
  }

  /**
   * Judges the oldest matte that was added.
   *
   * @param still - 1 at its still pixels; `undefined` if they are not known.
   * @returns The matte, the one before it, and how many pixels toggled.
   */
  judge(
    still: Uint8Array | undefined,
  ): { readonly alpha: Uint8Array; readonly before: Uint8Array; readonly toggled: number } | undefined {
    const alpha = this.#waiting.shift();
    if (!alpha) return undefined;
    const before = this.#before ?? alpha;
    const counts = still !== undefined && this.#frames >= SETTLING * this.#fps;
    const toggled = this.#toggles.add(alpha, counts ? still : undefined);
    this.#debris.add(alpha, counts);
    if (counts) {
      this.#counted++;
      this.#addShim(before, alpha, still);
    }
    for (const value of alpha) this.#area += value / 255;
    this.#frames++;
    this.#before = alpha;
    return { alpha, before, toggled };
  }

  #addShim(before: Uint8Array, alpha: Uint8Array, still: Uint8Array): void {
    const around = neighbourhood(
      edgePixels(alpha, this.#size),
      this.#size,
      SURROUNDINGS * diagonal(this.#size),
    );
    for (let i = 0; i < still.length; i++) {
      if (still[i] !== 1 || around[i] !== 1) continue;
      this.#shim += Math.abs((alpha[i] ?? 0) - (before[i] ?? 0));
      this.#shimPixels++;
    }
  }

  /**
   * The result.
   *
   * @param personArea - The mean area of the person, in pixels, the same for all mattes that are compared.
   * @returns `undefined` if the clip is too short or shows nobody.
   */
  result(personArea: number): Steadiness | undefined {
    if (this.#counted === 0 || personArea === 0) return undefined;
    const minutes = this.#counted / this.#fps / 60;
    const share = (pixels: number) => (100 * pixels) / personArea / minutes;
    return {
      toggles: share(this.#toggles.count()),
      pops: share(this.#toggles.popped(personArea)),
      debris: share(this.#debris.area) / this.#fps,
      births: this.#debris.births / minutes,
      ...(this.#shimPixels > 0 && { shim: (1000 * this.#shim) / 255 / this.#shimPixels }),
    };
  }
}

import type { Backend, FrameShape, PixelSize, Quality } from '@elsewhere/engine';
import { AdaptiveQuality, usesRegions } from '@elsewhere/engine/internal';
import type { LiveOptions } from '../options.js';
import type { Adaptation } from '../statistics.js';
import { FrameScaling } from './frame-scaling.js';

/** Why no more than one network can be used. */
export type Restriction = Extract<Adaptation['reason'], 'loading' | 'platform-mask'>;

/**
 * What the frames of one track are processed with: what the options say, and with the quality `auto` what the measured
 * latencies allow.
 */
export class TrackAdaptation {
  /** One for each backend: what they can bear differs. */
  readonly #adaptive: Readonly<Record<Backend, AdaptiveQuality>> = {
    cpu: new AdaptiveQuality('cpu'),
    gpu: new AdaptiveQuality('gpu'),
  };
  readonly #scaling = new FrameScaling();
  #current: Adaptation;

  /**
   * @param backend - Of the first frame.
   * @param options - The first options.
   * @param restriction - As in {@link TrackAdaptation.begin}.
   */
  constructor(backend: Backend, options: LiveOptions, restriction: Restriction | undefined) {
    this.#current = this.#describe(backend, options, restriction, 1);
  }

  /** What the latest frame was processed with; the same object as long as nothing changes. */
  get current(): Adaptation {
    return this.#current;
  }

  /** The largest size of the output of that frame, as displayed; `undefined`: no limit. */
  get maxSize(): PixelSize | undefined {
    return this.#scaling.maxSizeAt(this.#current.scale);
  }

  /** The size that the output would have at scale 1, as displayed. */
  get fullSize(): PixelSize {
    return this.#scaling.displaySize;
  }

  /**
   * The highest frame rate, in frames per second; infinity if there is no limit.
   *
   * @param backend - Of the next frame.
   * @param options - The present options.
   */
  maxFrameRate(backend: Backend, { quality, maxFrameRate = Number.POSITIVE_INFINITY }: LiveOptions): number {
    return quality === 'auto' ? Math.min(maxFrameRate, this.#adaptive[backend].maxFrameRate) : maxFrameRate;
  }

  /**
   * Decides what the next frame is processed with: {@link TrackAdaptation.current}.
   *
   * @param backend - Processes it.
   * @param shape - Of the camera's frame.
   * @param options - The present options.
   * @param restriction - Why no more than one network can be used, if that is so.
   */
  begin(
    backend: Backend,
    shape: FrameShape,
    options: LiveOptions,
    restriction: Restriction | undefined,
  ): void {
    this.#scaling.setFrame(shape, options.maxSize);
    const scale = options.quality === 'auto' ? this.#adaptive[backend].scaleOf(this.#scaling.lines) : 1;
    const { current } = this;
    const isSame =
      current.scale === scale &&
      current.quality === this.#qualityOf(backend, options, restriction) &&
      (current.maxFrameRate ?? Number.POSITIVE_INFINITY) === this.maxFrameRate(backend, options) &&
      current.reason === this.#reasonOf(backend, options, restriction);
    if (!isSame) this.#current = this.#describe(backend, options, restriction, scale);
  }

  /**
   * Records a frame.
   *
   * @param backend - Processed it.
   * @param milliseconds - From its arrival until it came out.
   * @param interval - Milliseconds between two frames, by the camera and the caller's limit.
   */
  add(backend: Backend, milliseconds: number, interval: number): void {
    this.#adaptive[backend].add(milliseconds, interval, this.#scaling.lines);
  }

  #describe(
    backend: Backend,
    options: LiveOptions,
    restriction: Restriction | undefined,
    scale: number,
  ): Adaptation {
    const maxFrameRate = this.maxFrameRate(backend, options);
    return {
      quality: this.#qualityOf(backend, options, restriction),
      maxFrameRate: Number.isFinite(maxFrameRate) ? maxFrameRate : undefined,
      scale,
      reason: this.#reasonOf(backend, options, restriction),
      since: Date.now(),
    };
  }

  #wanted(backend: Backend, { quality }: LiveOptions): Quality {
    return quality === 'auto' ? this.#adaptive[backend].quality : quality;
  }

  #qualityOf(backend: Backend, options: LiveOptions, restriction: Restriction | undefined): Quality {
    const wanted = this.#wanted(backend, options);
    // The platform's mask covers the whole frame, as the levels without a region of interest do.
    const isRestricted = restriction === 'platform-mask' || (restriction && usesRegions(wanted));
    return isRestricted ? 'low' : wanted;
  }

  #reasonOf(
    backend: Backend,
    options: LiveOptions,
    restriction: Restriction | undefined,
  ): Adaptation['reason'] {
    const wanted = this.#wanted(backend, options);
    if (restriction && this.#qualityOf(backend, options, restriction) !== wanted) return restriction;
    return options.quality === 'auto' ? this.#adaptive[backend].reason : 'none';
  }
}

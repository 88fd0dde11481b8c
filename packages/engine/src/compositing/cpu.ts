import type { Background } from '../background/background.js';
import type { FrameMemory } from '../frame/frame-memory.js';
import type { Kernels } from '../kernels/kernels.js';
import type { Matte } from '../matting/matte.js';
import { type Affines, UNCHANGED } from './color-match.js';
import { ColorProbe } from './color-samples.js';
import { ForegroundEstimator } from './foreground.js';
import { LightWrap } from './light-wrap.js';
import { type LookSettings, SubjectLook } from './subject-look.js';

/**
 * Composites a foreground over a background: `target = foreground * alpha + background * (1 - alpha)`.
 *
 * @param kernels - The kernels, in whose memory all of them lie.
 * @param foreground - Shown where the matte is 1.
 * @param background - Shown where the matte is 0.
 * @param matte - The matte.
 * @param target - Receives the result; all frames are of one size.
 */
export function composite(
  { exports }: Kernels,
  foreground: FrameMemory,
  background: FrameMemory,
  matte: Matte,
  target: FrameMemory,
): void {
  exports.compositeLuma(
    foreground.y.descriptor,
    background.y.descriptor,
    target.y.descriptor,
    matte.descriptor,
  );
  for (const name of ['u', 'v'] as const) {
    exports.compositeChroma(
      foreground[name].descriptor,
      background[name].descriptor,
      target[name].descriptor,
      matte.descriptor,
    );
  }
}

/** How a {@link CompositingStage} is made. */
export interface CompositingOptions {
  /** Whether the person's own colours are estimated where they are mixed with those of the camera background. */
  readonly estimates: boolean;
  /** Whether there is light only where it is asked for, and no default of the background. */
  readonly isPlain: boolean;
}

/** Puts the person over a background, in their own colours and in its light, on the CPU. */
export class CompositingStage {
  readonly #kernels: Kernels;
  readonly #options: CompositingOptions;
  readonly #estimator: ForegroundEstimator;
  readonly #light: LightWrap;
  readonly #probe = new ColorProbe();
  readonly #look = new SubjectLook();

  /**
   * @param kernels - The kernels, in whose memory it works.
   * @param like - A frame of the same size.
   * @param options - What it does.
   */
  constructor(kernels: Kernels, like: FrameMemory, options: CompositingOptions) {
    this.#kernels = kernels;
    this.#options = options;
    this.#estimator = new ForegroundEstimator(kernels, like);
    this.#light = new LightWrap(kernels, like, this.#estimator.grid);
  }

  /** Applies settings to a background, before each frame. */
  update(background: Background, settings: LookSettings): void {
    const lightWrap = settings.lightWrap ?? (this.#options.isPlain ? 0 : undefined);
    this.#look.update(background, settings, lightWrap);
  }

  /**
   * Puts the person over a background.
   *
   * @param source - The frame.
   * @param matte - Its matte.
   * @param backdrop - The background.
   * @param timestamp - The frame's, in microseconds.
   * @param target - Receives the output.
   */
  run(
    source: FrameMemory,
    matte: Matte,
    backdrop: FrameMemory,
    timestamp: number,
    target: FrameMemory,
  ): void {
    const look = this.#look;
    const { lightWrap, colorMatch, isStill } = look;
    let light = 0;
    if (lightWrap > 0) {
      this.#estimator.run(source, matte, true);
      light = this.#light.run(backdrop, isStill, this.#estimator.openness, lightWrap);
    } else if (this.#options.estimates) {
      this.#estimator.run(source, matte, false);
    }
    if (colorMatch > 0) {
      look.follow(this.#probe.sample(source, matte, backdrop), backdrop, colorMatch, timestamp);
    }
    const changes = look.changes(source.colorSpace);
    if (!this.#options.estimates && lightWrap === 0 && changes === UNCHANGED) {
      composite(this.#kernels, source, backdrop, matte, target);
    } else {
      this.#compose(source, matte, backdrop, target, changes, light);
    }
  }

  /**
   * Puts the person over black, without the light and colours of a background.
   *
   * @param source - The frame.
   * @param matte - Its matte.
   * @param black - A black frame.
   * @param target - Receives the output. If it has an alpha plane, it is the person in straight alpha: their colours as
   * they are, and black where nothing of them is: a player that ignores alpha must not show the camera background.
   */
  cutOut(source: FrameMemory, matte: Matte, black: FrameMemory, target: FrameMemory): void {
    if (this.#options.estimates) this.#estimator.run(source, matte, false);
    this.#compose(source, matte, black, target, this.#look.ownChanges(source.colorSpace), 0);
    target.alpha?.data.set(matte.alpha.data);
  }

  /** Frees the memory. */
  dispose(): void {
    this.#estimator.dispose();
    this.#light.dispose();
  }

  #compose(
    source: FrameMemory,
    matte: Matte,
    backdrop: FrameMemory,
    target: FrameMemory,
    changes: Affines,
    light: number,
  ): void {
    const { grid, colors } = this.#estimator;
    const { exports, arguments: structs } = this.#kernels;
    const composition = structs.composition.write({
      foreground: source.descriptor,
      background: backdrop.descriptor,
      target: target.descriptor,
      matte: matte.descriptor,
      shift: grid.shift,
      colors: this.#options.estimates ? colors.pointer : 0,
      light,
      straight: target.alpha ? 1 : 0,
    });
    for (const plane of PLANES) {
      const { gain, offset } = changes[plane];
      exports.compose(composition, plane, gain, offset);
    }
  }
}

/** Y, U and V. */
const PLANES = [0, 1, 2] as const;

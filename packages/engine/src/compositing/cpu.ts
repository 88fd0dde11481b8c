import type { Background } from '../background/background.js';
import type { FrameMemory } from '../frame/frame-memory.js';
import type { Kernels } from '../kernels/kernels.js';
import type { Matte } from '../matting/matte.js';
import { type Affines, ColorMatch, UNCHANGED } from './color-match.js';
import { ColorProbe } from './color-samples.js';
import { ForegroundEstimator } from './foreground.js';
import { LightWrap, lightWrapOf } from './light-wrap.js';
import { Toning } from './toning.js';

/**
 * Puts a foreground over a background as it is: `target = foreground * alpha + background * (1 - alpha)`.
 *
 * @param kernels - In whose memory all of them lie.
 * @param foreground - Shown where the matte is 1.
 * @param background - Shown where the matte is 0.
 * @param matte - The matte.
 * @param target - Receives the picture; all frames are of one size.
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

/** How a {@link Compositor} is made. */
export interface CompositorOptions {
  /** Whether the person's own colours are estimated where they are mixed with the room's. */
  readonly estimates: boolean;
  /** How much of the new place's light spills over the person, 0..1; `undefined`: as the background suggests. */
  readonly lightWrap: number | undefined;
  /** How far the person's colours go towards those of the new place, 0..1. */
  readonly colorMatch: number;
  /** How much brighter the person is shown, -1..1. */
  readonly brightness: number;
  /** How much warmer the person is shown, -1..1. */
  readonly warmth: number;
}

/** Puts the person into a new place, in their own colours and in its light. */
export class Compositor {
  readonly #kernels: Kernels;
  readonly #options: CompositorOptions;
  readonly #estimator: ForegroundEstimator;
  readonly #light: LightWrap;
  readonly #probe = new ColorProbe();
  readonly #match = new ColorMatch();
  readonly #toning = new Toning();

  /**
   * @param kernels - Whose memory to work in.
   * @param like - A frame of the size to come.
   * @param options - What it does.
   */
  constructor(kernels: Kernels, like: FrameMemory, options: CompositorOptions) {
    this.#kernels = kernels;
    this.#options = options;
    this.#estimator = new ForegroundEstimator(kernels, like);
    this.#light = new LightWrap(kernels, like, this.#estimator.grid);
  }

  /**
   * Puts the person over a background.
   *
   * @param source - The frame.
   * @param matte - Its matte.
   * @param backdrop - What is behind the person.
   * @param background - What the backdrop was made of.
   * @param timestamp - The frame's, in microseconds.
   * @param target - Receives the picture.
   */
  run(
    source: FrameMemory,
    matte: Matte,
    backdrop: FrameMemory,
    background: Background,
    timestamp: number,
    target: FrameMemory,
  ): void {
    const hasLight = background.type === 'image' || background.type === 'video';
    const lightWrap = lightWrapOf(background, this.#options.lightWrap);
    const colorMatch = hasLight ? this.#options.colorMatch : 0;
    let light = 0;
    if (lightWrap > 0) {
      this.#estimator.run(source, matte, true);
      light = this.#light.run(backdrop, background.type !== 'video', this.#estimator.openness, lightWrap);
    } else if (this.#options.estimates) {
      this.#estimator.run(source, matte, false);
    }
    if (colorMatch > 0) {
      this.#match.follow(this.#probe.look(source, matte, backdrop), backdrop, colorMatch, timestamp);
    }
    const changes = this.#tone(source, colorMatch > 0 ? this.#match.planes : UNCHANGED);
    if (!this.#options.estimates && lightWrap === 0 && changes === UNCHANGED) {
      composite(this.#kernels, source, backdrop, matte, target);
    } else {
      this.#compose(source, matte, backdrop, target, changes, light);
    }
  }

  /**
   * Puts the person over black, in no other light than their own, as bright and warm as is asked for.
   *
   * @param source - The frame.
   * @param matte - Its matte.
   * @param black - A black frame.
   * @param target - Receives the picture. If it has an alpha plane, it is the person in straight alpha: their colours as
   * they are, and black, not the room, where nothing of them is: a player that ignores alpha must not show the room.
   */
  cutOut(source: FrameMemory, matte: Matte, black: FrameMemory, target: FrameMemory): void {
    if (this.#options.estimates) this.#estimator.run(source, matte, false);
    this.#compose(source, matte, black, target, this.#tone(source, UNCHANGED), 0);
    target.alpha?.data.set(matte.alpha.data);
  }

  /** Gives the memory back. */
  dispose(): void {
    this.#estimator.dispose();
    this.#light.dispose();
  }

  #tone(source: FrameMemory, planes: Affines): Affines {
    const { brightness, warmth } = this.#options;
    if (brightness === 0 && warmth === 0) return planes;
    return this.#toning.run(planes, brightness, warmth, source.colorSpace);
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

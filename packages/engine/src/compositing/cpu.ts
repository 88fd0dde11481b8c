import type { FrameMemory } from '../frame/frame-memory.js';
import type { Kernels } from '../kernels/kernels.js';
import type { Matte } from '../matting/matte.js';
import { ForegroundEstimator, type ForegroundGrid, foregroundGrid } from './foreground.js';

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
  { alpha, tiles }: Matte,
  target: FrameMemory,
): void {
  const { width, height } = target;
  exports.compositeLuma(
    foreground.y.pointer,
    background.y.pointer,
    target.y.pointer,
    target.y.stride,
    alpha.pointer,
    alpha.stride,
    tiles.pointer,
    width,
    height,
  );
  for (const name of ['u', 'v'] as const) {
    exports.compositeChroma(
      foreground[name].pointer,
      background[name].pointer,
      target[name].pointer,
      target[name].stride,
      alpha.pointer,
      alpha.stride,
      tiles.pointer,
      width,
      height,
    );
  }
}

/** Puts the person over a background in their own colours. */
export class Compositor {
  readonly #kernels: Kernels;
  readonly #grid: ForegroundGrid;
  readonly #estimator: ForegroundEstimator | undefined;

  /**
   * @param kernels - Whose memory to work in.
   * @param like - A frame of the size to come.
   * @param estimates - Whether the person's own colours are estimated where they are mixed with the room's.
   */
  constructor(kernels: Kernels, like: FrameMemory, estimates: boolean) {
    this.#kernels = kernels;
    this.#grid = foregroundGrid(like);
    this.#estimator = estimates ? new ForegroundEstimator(kernels, like) : undefined;
  }

  /**
   * Puts the person over a background.
   *
   * @param source - The frame.
   * @param background - What is behind them.
   * @param matte - The frame's matte.
   * @param target - Receives the picture. If it has an alpha plane, it is the person in straight alpha: their colours as
   * they are, and the background, not the room, where nothing of them is: a player that ignores alpha must not show the
   * room.
   */
  run(source: FrameMemory, background: FrameMemory, matte: Matte, target: FrameMemory): void {
    if (!this.#estimator && !target.alpha) {
      composite(this.#kernels, source, background, matte, target);
      return;
    }
    this.#estimator?.run(source, matte);
    const { alpha, mixture, tiles } = matte;
    for (const [plane, name] of PLANES.entries()) {
      this.#kernels.exports.compose(
        source[name].pointer,
        background[name].pointer,
        target[name].pointer,
        target[name].stride,
        mixture.pointer,
        alpha.pointer,
        alpha.stride,
        tiles.pointer,
        target.width,
        target.height,
        plane,
        this.#grid.shift,
        this.#estimator?.colors.pointer ?? 0,
        1,
        0,
        0,
        target.alpha !== undefined,
      );
    }
    target.alpha?.data.set(alpha.data);
  }

  /** Gives the memory back. */
  dispose(): void {
    this.#estimator?.dispose();
  }
}

const PLANES = ['y', 'u', 'v'] as const;

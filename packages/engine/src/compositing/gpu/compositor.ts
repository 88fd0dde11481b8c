import { type FrameShape, pixelAspectOf } from '../../frame/frame.js';
import { Binding } from '../../gpu/binding.js';
import { groups, Kernel } from '../../gpu/kernel.js';
import type { FrameTexture, MatteTexture } from '../../gpu/memory.js';
import type { Affines } from '../color-match.js';
import { GpuForegroundEstimator } from './foreground.js';
import { GpuLightWrap } from './light.js';

/** How the person is composited over a background. */
export interface Composition {
  /** Whether the person's own colours are estimated where they are mixed with those of the camera background. */
  readonly estimates: boolean;
  /** How much of the background's light spills over the person, 0..1. */
  readonly lightWrap: number;
  /** Whether the same background object always has the same pixels. */
  readonly isStill: boolean;
  /** What is done to the person's samples of 0..255. */
  readonly changes: Affines;
  /**
   * Whether the output is the person in straight alpha: their colours as they are, and the background, which must be black,
   * where nothing of them is.
   */
  readonly straight: boolean;
}

/** Composites the person over a background, in their own colours and in its light. */
export class GpuCompositor {
  readonly #estimator: GpuForegroundEstimator;
  readonly #light: GpuLightWrap;
  readonly #compose: Binding<'compositing/gpu/compose'>;

  /**
   * @param device - Where it runs.
   * @param frame - A frame of the same size and pixel aspect ratio.
   */
  constructor(device: GPUDevice, frame: FrameShape) {
    this.#estimator = new GpuForegroundEstimator(device, frame);
    this.#light = new GpuLightWrap(device, this.#estimator, pixelAspectOf(frame));
    const constants = { CELL: 2 ** this.#estimator.grid.shift };
    this.#compose = new Binding(new Kernel(device, 'compositing/gpu/compose', { constants }));
  }

  /**
   * Composites the person over a background.
   *
   * @param pass - Where it is encoded.
   * @param source - The frame.
   * @param matte - Its matte.
   * @param backdrop - The background.
   * @param how - Options.
   * @param target - Receives the output; all are of one size.
   */
  encode(
    pass: GPUComputePassEncoder,
    source: FrameTexture,
    matte: MatteTexture,
    backdrop: FrameTexture,
    { estimates, lightWrap, isStill, changes: [y, u, v], straight }: Composition,
    target: FrameTexture,
  ): void {
    if (estimates || lightWrap > 0) this.#estimator.encode(pass, source, matte);
    if (lightWrap > 0) this.#light.encode(pass, backdrop, isStill, lightWrap);
    this.#compose.kernel.write({
      gain: [y.gain, u.gain, v.gain, 0],
      offset: [y.offset / 255, u.offset / 255, v.offset / 255, 0],
      hasColors: estimates ? 1 : 0,
      hasLight: lightWrap > 0 ? 1 : 0,
      isStraight: straight ? 1 : 0,
    });
    const { colors } = this.#estimator;
    this.#compose
      .to(source.view, matte.view, backdrop.view, colors, this.#light.light, target.view)
      .run(pass, groups(target.width, 16), groups(target.height, 8));
  }

  /** Frees the memory. */
  dispose(): void {
    for (const part of [this.#estimator, this.#light, this.#compose]) part.dispose();
  }
}

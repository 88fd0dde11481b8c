import type { ColorSpace } from '../../frame/color-space.js';
import { Binding } from '../../gpu/binding.js';
import { groups, Kernel } from '../../gpu/kernel.js';
import { type FrameTexture, type MatteTexture, storage } from '../../gpu/memory.js';
import { type ColorSamples, POINTS, SAMPLES_BYTES } from '../color-samples.js';

/** Takes the samples for the colour match, to be read back: `ColorProbe` on the GPU. */
export class GpuColorProbe {
  /** The samples, for {@link samplesOf}. */
  readonly samples: GPUBuffer;
  readonly #kernel: Binding;

  /**
   * @param device - Where it runs.
   */
  constructor(device: GPUDevice) {
    const constants = { ACROSS: POINTS.across, DOWN: POINTS.down };
    this.samples = storage(device, 2 * SAMPLES_BYTES, 'colour samples');
    this.#kernel = new Binding(new Kernel(device, 'compositing/gpu/probe', { constants }));
  }

  /**
   * Samples a frame.
   *
   * @param pass - Where it is encoded.
   * @param source - The frame.
   * @param matte - Its matte.
   * @param backdrop - The background.
   */
  encode(
    pass: GPUComputePassEncoder,
    source: FrameTexture,
    matte: MatteTexture,
    backdrop: FrameTexture,
  ): void {
    const bound = this.#kernel.to(source.view, matte.view, backdrop.view, this.samples);
    bound.run(pass, groups(POINTS.across * POINTS.down, 64));
  }

  /** Frees the memory. */
  dispose(): void {
    this.#kernel.dispose();
    this.samples.destroy();
  }
}

/**
 * The samples of a probe.
 *
 * @param bytes - The contents of its buffer.
 * @param colorSpace - Of the frame.
 */
export function samplesOf(bytes: ArrayBuffer, colorSpace: ColorSpace): ColorSamples {
  return {
    person: new Uint8Array(bytes, 0, SAMPLES_BYTES),
    background: new Uint8Array(bytes, SAMPLES_BYTES, SAMPLES_BYTES),
    colorSpace,
  };
}

import { FrameTexture } from '../../gpu/memory.js';
import type { FrameShape, PixelSize } from '../frame.js';
import { fitted } from '../frame-import.js';
import { GpuResizer } from './resize.js';
import { type GpuFrameSource, mirrored, UPRIGHT } from './source.js';

/** Imports frames: scaled down and mirrored where asked for. */
export class GpuFrameImporter {
  /** The frame as it is processed. */
  readonly frame: FrameTexture;
  /** The frame at its own size, if it is scaled down, and what does so. */
  readonly #larger: { readonly whole: FrameTexture; readonly resizer: GpuResizer } | undefined;

  /**
   * @param device - Where they lie.
   * @param shape - Size, colour space and rotation of the frames.
   * @param maxSize - The largest size, as displayed. Default: their own.
   */
  constructor(device: GPUDevice, shape: FrameShape, maxSize?: PixelSize) {
    const size = fitted(shape, maxSize);
    this.frame = new FrameTexture(device, { ...shape, ...size }, 'frame');
    if (size.width === shape.width && size.height === shape.height) return;
    this.#larger = {
      whole: new FrameTexture(device, shape, 'frame as it came'),
      resizer: new GpuResizer(device, this.frame, { isSubsampled: true }),
    };
  }

  /**
   * Imports a frame.
   *
   * @param pass - Where it is encoded.
   * @param source - Where it comes from, of that shape.
   * @param mirror - Whether left and right are exchanged, as displayed.
   */
  encode(pass: GPUComputePassEncoder, source: GpuFrameSource, mirror: boolean): void {
    const flip = mirror ? mirrored(this.frame.rotation) : UPRIGHT;
    if (!this.#larger) {
      source.encode(pass, this.frame, flip);
      return;
    }
    const { whole, resizer } = this.#larger;
    source.encode(pass, whole);
    resizer.encode(pass, whole, undefined, undefined, flip);
  }

  /** Frees the memory. */
  dispose(): void {
    this.frame.dispose();
    this.#larger?.whole.dispose();
    this.#larger?.resizer.dispose();
  }
}

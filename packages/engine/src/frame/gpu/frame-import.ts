import { FrameTexture } from '../../gpu/memory.js';
import type { FrameShape, PixelSize } from '../frame.js';
import { fitted } from '../frame-import.js';
import { GpuResizer } from './resize.js';
import { type GpuFrameSource, mirrored, UPRIGHT } from './source.js';

/** Takes frames as they are to be processed: smaller than they came, mirrored. */
export class GpuFrameImporter {
  /** The frame as it is processed. */
  readonly frame: FrameTexture;
  /** The frame as it came, where it is made smaller, and what does so. */
  readonly #larger: { readonly whole: FrameTexture; readonly resizer: GpuResizer } | undefined;

  /**
   * @param device - Where they lie.
   * @param shape - What the frames are like.
   * @param maxSize - How large they may be, as they are shown. Default: as large as they are.
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
   * Takes a frame in.
   *
   * @param pass - Where.
   * @param source - Gives it, of the shape that was announced.
   * @param mirror - Whether left and right are exchanged, as it is shown.
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

  /** Gives the memory back. */
  dispose(): void {
    this.frame.dispose();
    this.#larger?.whole.dispose();
    this.#larger?.resizer.dispose();
  }
}

import type { Rectangle } from '../../frame/frame.js';
import { GpuResizer } from '../../frame/gpu/resize.js';
import { FrameTexture, type MatteTexture, Texture } from '../../gpu/memory.js';

/** A frame and its matte. */
export interface GpuFramed {
  readonly source: FrameTexture;
  readonly matte: MatteTexture;
}

/** Crops frame and matte and scales the crop to the whole frame. */
export class GpuFramer {
  /** The crop. */
  readonly framed: GpuFramed;
  readonly #whole: GpuFramed;
  readonly #source: GpuResizer;
  readonly #matte: GpuResizer;

  /**
   * @param device - Where they lie.
   * @param whole - Frame and matte, the same for all frames.
   */
  constructor(device: GPUDevice, whole: GpuFramed) {
    this.#whole = whole;
    this.framed = {
      source: new FrameTexture(device, whole.source, 'framed frame'),
      matte: new Texture(device, whole.matte, 'framed matte'),
    };
    this.#source = new GpuResizer(device, this.framed.source, { isSubsampled: true });
    this.#matte = new GpuResizer(device, this.framed.matte);
  }

  /**
   * Crops a frame.
   *
   * @param pass - Where it is encoded.
   * @param part - The crop, in shares of the frame's sides as stored.
   */
  encode(pass: GPUComputePassEncoder, part: Rectangle): void {
    const { source, matte } = this.#whole;
    const { width, height } = source;
    const pixels = {
      x: part.x * width,
      y: part.y * height,
      width: part.width * width,
      height: part.height * height,
    };
    this.#source.encode(pass, source, pixels);
    this.#matte.encode(pass, matte, pixels);
  }

  /** Frees the memory. */
  dispose(): void {
    const { source, matte } = this.framed;
    for (const each of [source, matte, this.#source, this.#matte]) each.dispose();
  }
}

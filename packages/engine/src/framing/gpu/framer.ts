import { GpuResizer } from '../../frame/gpu/resize.js';
import type { Rectangle } from '../../frame/rectangle.js';
import { FrameTexture, type MatteTexture, Texture } from '../../gpu/memory.js';

/** A frame and its matte. */
export interface GpuFramed {
  readonly source: FrameTexture;
  readonly matte: MatteTexture;
}

/** Cuts a part out of frame and matte and makes it as large as the whole was: the CPU way's `FramingStage`. */
export class GpuFramer {
  /** What the part has become. */
  readonly framed: GpuFramed;
  readonly #whole: GpuFramed;
  readonly #source: GpuResizer;
  readonly #matte: GpuResizer;

  /**
   * @param device - Where they lie.
   * @param whole - Frame and matte, each time.
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
   * Frames a frame.
   *
   * @param pass - Where.
   * @param part - Which part, in shares of the frame's sides as it is stored.
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

  /** Gives the memory back. */
  dispose(): void {
    const { source, matte } = this.framed;
    for (const each of [source, matte, this.#source, this.#matte]) each.dispose();
  }
}

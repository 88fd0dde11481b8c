import type { FrameTexture, MatteTexture } from '../../gpu/memory.js';

/** The running background on the GPU. */
export interface GpuBackdrop {
  /**
   * Renders the background of a frame.
   *
   * @param pass - Where it is encoded.
   * @param source - The frame, as it came from the camera.
   * @param matte - Its matte.
   * @param timestamp - Its time, in microseconds.
   * @returns A texture of the frame's size.
   */
  encode(
    pass: GPUComputePassEncoder,
    source: FrameTexture,
    matte: MatteTexture,
    timestamp: number,
  ): FrameTexture;
  /** Frees the memory. */
  dispose(): void;
}

/** The camera background, for the background `none`. */
export const CAMERA_BACKDROP: GpuBackdrop = {
  encode: (_pass, source) => source,
  dispose() {},
};

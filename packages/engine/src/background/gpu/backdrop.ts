import type { FrameTexture, MatteTexture } from '../../gpu/memory.js';

/** The running background on the GPU. */
export interface GpuBackdrop {
  /**
   * Takes what a frame needs and other frames did not, so that it is compiled before the frame is encoded.
   *
   * @param timestamp - The frame's time, in microseconds.
   */
  prepare?(timestamp: number): void;
  /**
   * Renders the background of a frame.
   *
   * @param pass - Where it is encoded.
   * @param source - The frame, as it came from the camera.
   * @param matte - Its matte.
   * @returns A texture of the frame's size.
   */
  encode(pass: GPUComputePassEncoder, source: FrameTexture, matte: MatteTexture): FrameTexture;
  /** Frees the memory. */
  dispose(): void;
}

/** The camera background, for the background `none`. */
export const CAMERA_BACKDROP: GpuBackdrop = {
  encode: (_pass, source) => source,
  dispose() {},
};

import type { FrameMemory } from '../frame/frame-memory.js';
import type { Matte } from '../matting/matte.js';

/** A running background: it renders the planes that the person is put over. */
export interface Backdrop {
  /**
   * Renders the background of a frame. Where the matte is all foreground (tiles of 255) the planes may hold anything.
   *
   * @param source - The frame, as it came from the camera.
   * @param matte - Its matte.
   * @param timestamp - Its time, in microseconds.
   */
  render(source: FrameMemory, matte: Matte, timestamp: number): FrameMemory;
  /**
   * The same without any pixel of the camera, for when there is no matte to trust.
   *
   * @param timestamp - The time of the frame that it stands for, in microseconds.
   */
  placeholder(timestamp: number): FrameMemory;
  /** Frees the memory. */
  dispose(): void;
}

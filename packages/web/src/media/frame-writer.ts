import { type Frame, type PixelSize, planeSizes } from '@elsewhere/engine';
import { copyPlane, displaySizeOf, pixelAspectOf } from '@elsewhere/engine/internal';

/** What a processed frame has from the original one. */
export interface FrameOrigin {
  readonly timestamp: number;
  readonly duration: number | null;
  readonly colorSpace: VideoColorSpaceInit;
}

/** Makes `VideoFrame`s of frames of the engine, through a buffer that is reused. */
export class FrameWriter {
  #buffer = new Uint8Array(0);

  /**
   * Copies a frame.
   *
   * @param frame - I420 or I420A.
   * @param origin - From the original frame.
   * @param shownSize - The size at which the frame is displayed: upright, with square pixels. Default: its own.
   * @returns The frame, to be closed by the caller.
   */
  write(
    frame: Frame,
    { timestamp, duration, colorSpace }: FrameOrigin,
    shownSize: PixelSize | undefined = pixelAspectOf(frame) === 1 ? undefined : displaySizeOf(frame),
  ): VideoFrame {
    const { format, width, height, planes, rotation } = frame;
    const sizes = planeSizes(format, width, height);
    const bytes = sizes.reduce((sum, { rowBytes, rows }) => sum + rowBytes * rows, 0);
    if (this.#buffer.length < bytes) this.#buffer = new Uint8Array(bytes);
    // Without gaps: Firefox and WebKit ignore `layout`.
    let offset = 0;
    sizes.forEach((size, index) => {
      const data = this.#buffer.subarray(offset);
      const plane = planes[index];
      if (plane) copyPlane(plane, { data, stride: size.rowBytes }, size);
      offset += size.rowBytes * size.rows;
    });
    return new VideoFrame(this.#buffer.subarray(0, bytes), {
      format: format === 'I420A' ? 'I420A' : 'I420',
      codedWidth: width,
      codedHeight: height,
      ...(shownSize && {
        displayWidth: Math.round(shownSize.width),
        displayHeight: Math.round(shownSize.height),
      }),
      timestamp,
      ...(duration !== null && { duration }),
      colorSpace,
      ...(rotation !== 0 && { rotation }),
    });
  }
}

/** A grey frame with even sides, to warm a pipeline up. */
export function greyFrame(width: number, height: number): Frame {
  const plane = (divisor: number) => ({
    data: new Uint8Array((width * height) / divisor ** 2).fill(128),
    stride: width / divisor,
  });
  return {
    format: 'I420',
    width,
    height,
    planes: [plane(1), plane(2), plane(2)],
    colorSpace: { matrix: 'bt601', range: 'limited' },
    rotation: 0,
  };
}

import { type Frame, type PixelFormat, planeSizes } from '@elsewhere/engine';
import { copyPlane, isSideways } from '@elsewhere/engine/internal';
import type { CameraFrame } from './frame-reader.js';
import type { FrameOrigin } from './frame-writer.js';

/**
 * A video frame as plain data: other processes take neither `VideoFrame`s nor tracks. The planes follow each other without gaps.
 */
export interface PlanarFrame {
  readonly data: ArrayBuffer;
  readonly format: PixelFormat;
  /** In pixels, of the visible part. */
  readonly width: number;
  readonly height: number;
  /** In microseconds. */
  readonly timestamp: number;
  readonly colorSpace: VideoColorSpaceInit;
  /** Degrees clockwise by which it has to be turned to be upright. */
  readonly rotation: number;
  /** Whether it has to be mirrored after that. */
  readonly flip: boolean;
}

/**
 * Copies the planes of a frame of the engine.
 *
 * @param frame - The frame.
 * @param origin - From the original frame.
 * @param spare - Takes the planes, if it has the size that they need.
 */
export function toPlanar(
  frame: Frame,
  { timestamp, colorSpace }: FrameOrigin,
  spare?: ArrayBuffer,
): PlanarFrame {
  const { format, width, height, rotation } = frame;
  const sizes = planeSizes(format, width, height);
  const bytes = sizes.reduce((sum, { rowBytes, rows }) => sum + rowBytes * rows, 0);
  const data = spare?.byteLength === bytes ? spare : new ArrayBuffer(bytes);
  let offset = 0;
  sizes.forEach((size, index) => {
    const plane = frame.planes[index];
    if (plane) copyPlane(plane, { data: new Uint8Array(data, offset), stride: size.rowBytes }, size);
    offset += size.rowBytes * size.rows;
  });
  return { data, format, width, height, timestamp, colorSpace, rotation, flip: false };
}

/** Gives planes the face of a `VideoFrame` with square pixels, without the browser's copies. Only the CPU backend takes it. */
export class PlanarVideoFrame implements CameraFrame {
  readonly format;
  readonly codedWidth: number;
  readonly codedHeight: number;
  readonly displayWidth: number;
  readonly displayHeight: number;
  readonly visibleRect: DOMRectReadOnly;
  readonly codedRect: DOMRectReadOnly;
  readonly timestamp: number;
  readonly duration = null;
  readonly colorSpace: VideoColorSpace;
  readonly rotation: number;
  readonly flip: boolean;
  readonly #planar: PlanarFrame;
  readonly #onClose: () => void;

  /**
   * @param planar - The planes.
   * @param onClose - Called when the frame is closed.
   */
  constructor(planar: PlanarFrame, onClose: () => void = () => {}) {
    const { format, width, height, timestamp, colorSpace, rotation, flip } = planar;
    const isTurned = isSideways(rotation as 0 | 90 | 180 | 270);
    this.format = format;
    this.codedWidth = width;
    this.codedHeight = height;
    this.displayWidth = isTurned ? height : width;
    this.displayHeight = isTurned ? width : height;
    this.visibleRect = new DOMRectReadOnly(0, 0, width, height);
    this.codedRect = this.visibleRect;
    this.timestamp = timestamp;
    this.colorSpace = new VideoColorSpace(colorSpace);
    this.rotation = rotation;
    this.flip = flip;
    this.#planar = planar;
    this.#onClose = onClose;
  }

  allocationSize(): number {
    return this.#planar.data.byteLength;
  }

  async copyTo(destination: AllowSharedBufferSource): Promise<PlaneLayout[]> {
    const { data, format, width, height } = this.#planar;
    const target = ArrayBuffer.isView(destination)
      ? new Uint8Array(destination.buffer, destination.byteOffset, destination.byteLength)
      : new Uint8Array(destination);
    target.set(new Uint8Array(data));
    let next = 0;
    return planeSizes(format, width, height).map(({ rowBytes, rows }) => {
      const offset = next;
      next += rowBytes * rows;
      return { offset, stride: rowBytes };
    });
  }

  clone(): PlanarVideoFrame {
    return new PlanarVideoFrame(this.#planar);
  }

  close(): void {
    this.#onClose();
  }
}

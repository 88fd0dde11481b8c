import type { Frame, PixelSize } from '@elsewhere/engine';
import { MediaError } from '../../src/errors.js';
import type { Camera } from '../../src/virtual-camera/camera.js';
import { CAMERA_COLORS } from '../../src/virtual-camera/camera-frames.js';
import type { Sink } from '../../src/virtual-camera/sink.js';

/** The luma of a {@link FakeCamera}'s frames, which no background in these tests has. */
export const CAMERA_LUMA = 201;

/** A frame of the camera background, without anybody. */
export function cameraFrame({ width, height }: PixelSize): Frame {
  const plane = (stride: number, rows: number, value: number) => ({
    data: new Uint8Array(stride * rows).fill(value),
    stride,
  });
  return {
    format: 'I420',
    width,
    height,
    planes: [
      plane(width, height, CAMERA_LUMA),
      plane(width / 2, height / 2, 128),
      plane(width / 2, height / 2, 128),
    ],
    colorSpace: CAMERA_COLORS,
    rotation: 0,
  };
}

/** A camera that does what a test says. */
export class FakeCamera implements Camera {
  nextAt = 0;
  isOpen = true;
  /** Whether it was unplugged. */
  isLost = false;
  /** Whether it gives no frames, without an error. */
  isFrozen = false;
  readonly #frame: Frame;
  readonly #interval: number;

  constructor(size: PixelSize, frameRate = 50) {
    this.#frame = cameraFrame(size);
    this.#interval = 1000 / frameRate;
  }

  read(now: number): Frame | undefined {
    if (this.isLost) throw new MediaError('DEVICE_UNAVAILABLE', 'The camera was unplugged.');
    if (this.isFrozen || now < this.nextAt) return undefined;
    this.nextAt = now + this.#interval;
    return this.#frame;
  }

  async close(): Promise<void> {
    this.isOpen = false;
  }
}

/** Keeps the luma of the first pixel of each frame, and whether any frame showed the camera background. */
export class FakeSink implements Sink {
  isReady = true;
  isClosed = false;
  readers: number | undefined;
  failure: Error | undefined;
  readonly lumas: number[] = [];
  showsCamera = false;

  write(frame: Frame): void {
    if (!this.isReady) throw new Error('A frame was written that nobody takes.');
    if (this.failure) throw this.failure;
    const [luma] = frame.planes;
    this.showsCamera ||= luma?.data.includes(CAMERA_LUMA) ?? false;
    this.lumas.push(luma?.data[0] ?? -1);
  }

  repeat(): void {
    if (this.failure) throw this.failure;
    this.lumas.push(this.lumas.at(-1) ?? -1);
  }

  poll(): void {}

  async close(): Promise<void> {
    this.isClosed = true;
  }
}

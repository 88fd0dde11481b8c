import type { ColorSpace, Frame, FrameShape, PixelFormat, Plane, Rotation } from '@elsewhere/engine';
import type { CameraFrame } from './video-frame.js';

/** The engine's formats by those of `VideoFrame`; all others are converted by the browser. */
const FORMATS: Readonly<Record<string, PixelFormat>> = {
  I420: 'I420',
  I420A: 'I420', // its alpha is not looked at
  NV12: 'NV12',
};

/** BT.601 is what browsers take frames for that do not say what they are. */
const MATRICES: Readonly<Record<string, ColorSpace['matrix']>> = {
  bt709: 'bt709',
  bt470bg: 'bt601',
  smpte170m: 'bt601',
  'bt2020-ncl': 'bt2020-ncl',
};

/** Copies `VideoFrame`s into the engine's kind of frames, in a memory that is kept from one frame to the next. */
export class FrameReader {
  #buffer = new Uint8Array(0);

  /**
   * Copies the visible part of a frame.
   *
   * @param frame - The frame; not closed here.
   * @returns A frame that is valid until the next call.
   * @throws DOMException if the browser cannot read it.
   */
  async read(frame: CameraFrame): Promise<Frame> {
    const format = FORMATS[frame.format ?? ''];
    const { x, y, width, height } = frame.visibleRect ?? wholeOf(frame);
    // Chroma cannot be cut in half: one more column or row is copied and jumped over.
    const [left, top] = [x & 1, y & 1];
    const rect = { x: x - left, y: y - top, width: width + left, height: height + top };
    const options = { rect };
    const bytes = frame.allocationSize(options);
    if (this.#buffer.length < bytes) this.#buffer = new Uint8Array(bytes);
    const layout = await frame.copyTo(this.#buffer, options);
    const planes = layout.map(({ offset, stride }, index): Plane => {
      const skipped = index === 0 ? top * stride + left : 0;
      return { data: this.#buffer.subarray(offset + skipped), stride };
    });
    return {
      format: format ?? 'I420',
      ...shapeOf(frame),
      planes: format === 'I420' ? planes.slice(0, 3) : planes,
    };
  }
}

/** What the engine needs to know of a frame besides its pixels. */
export function shapeOf(frame: CameraFrame): FrameShape {
  const { width, height } = frame.visibleRect ?? wholeOf(frame);
  const rotation = (frame.rotation ?? 0) as Rotation;
  return { width, height, colorSpace: colorSpaceOf(frame.colorSpace), rotation };
}

function wholeOf({ codedWidth, codedHeight }: VideoFrame): Rectangle {
  return { x: 0, y: 0, width: codedWidth, height: codedHeight };
}

/** How the engine is to read a frame's samples. */
export function colorSpaceOf({ matrix, fullRange }: VideoColorSpaceInit): ColorSpace {
  return { matrix: MATRICES[matrix ?? ''] ?? 'bt601', range: fullRange ? 'full' : 'limited' };
}

interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

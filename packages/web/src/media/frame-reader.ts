import {
  type ColorSpace,
  DEFAULT_COLOR_SPACE,
  type Frame,
  type FrameShape,
  type PixelFormat,
  type Plane,
  type Rotation,
} from '@elsewhere/engine';
import { isSideways, PIXEL_ASPECT_RANGE } from '@elsewhere/engine/internal';

/** A `VideoFrame` with what newer browsers add to it and TypeScript's types lack. */
export interface CameraFrame extends VideoFrame {
  /** Degrees clockwise by which it has to be turned to be upright. */
  readonly rotation?: number;
  /** Whether it has to be mirrored after that. */
  readonly flip?: boolean;
  metadata?(): FrameMetadata;
}

/** Of the W3C's mediacapture-extensions. */
export interface FrameMetadata {
  /** Whether the platform has blurred the background already. */
  readonly backgroundBlur?: { readonly enabled: boolean };
  /** The platform's own segmentation: black is background, white is a person. */
  readonly backgroundSegmentationMask?: ImageBitmap;
}

/** The engine's formats by those of `VideoFrame`; the browser converts all others to RGBA. */
const FORMATS: Readonly<Record<string, PixelFormat>> = {
  I420: 'I420',
  I420A: 'I420', // alpha is ignored
  NV12: 'NV12',
  RGBA: 'RGBA',
  RGBX: 'RGBA',
  BGRA: 'BGRA',
  BGRX: 'BGRA',
};

/** The engine's matrices by those of `VideoFrame`. Frames without one are BT.601, as browsers assume. */
const MATRICES: Readonly<Record<string, ColorSpace['matrix']>> = {
  bt709: 'bt709',
  bt470bg: 'bt601',
  smpte170m: 'bt601',
  'bt2020-ncl': 'bt2020-ncl',
};

/** The alpha of a pixel of RGBA or BGRA, on a little-endian machine. */
const OPAQUE = 0xff000000;

/** Whether a format of `VideoFrame` is read without conversion by the browser. */
export function isReadDirectly(format: string): boolean {
  return format in FORMATS;
}

/** Copies `VideoFrame`s into frames of the engine, in a buffer that is reused. */
export class FrameReader {
  #buffer = new Uint8Array(0);

  /**
   * Copies the visible part of a frame.
   *
   * @param frame - Closed by the caller.
   * @returns A frame that is valid until the next call.
   * @throws DOMException if the browser cannot read it.
   */
  async read(frame: CameraFrame): Promise<Frame> {
    const format = FORMATS[frame.format ?? ''];
    const { x, y, width, height } = visibleRectOf(frame);
    // A chroma sample cannot be cut in half: one more column or row is copied and skipped.
    const [left, top] = [x & 1, y & 1];
    const rect = { x: x - left, y: y - top, width: width + left, height: height + top };
    const options: VideoFrameCopyToOptions = format ? { rect } : { rect, format: 'RGBA' };
    const bytes = frame.allocationSize(options);
    // A multiple of four, for a view of 32-bit pixels.
    if (this.#buffer.length < bytes) this.#buffer = new Uint8Array((bytes + 3) & ~3);
    const layout = await frame.copyTo(this.#buffer, options);
    if (frame.format === 'RGBX' || frame.format === 'BGRX') this.#makeOpaque(bytes);
    const pixelBytes = format === 'I420' || format === 'NV12' ? 1 : 4;
    const planes = layout.map(({ offset, stride }, index): Plane => {
      const skipped = index === 0 ? top * stride + left * pixelBytes : 0;
      return { data: this.#buffer.subarray(offset + skipped), stride };
    });
    return {
      ...shapeOf(frame),
      format: format ?? 'RGBA',
      planes: format === 'I420' ? planes.slice(0, 3) : planes,
    };
  }

  #makeOpaque(bytes: number): void {
    const pixels = new Uint32Array(this.#buffer.buffer, 0, bytes >> 2);
    for (let i = 0; i < pixels.length; i++) pixels[i] = (pixels[i] ?? 0) | OPAQUE;
  }
}

/** A frame's size, colour space, rotation and pixel aspect ratio. */
export function shapeOf(frame: CameraFrame): FrameShape {
  const { width, height } = visibleRectOf(frame);
  const { matrix, fullRange } = frame.colorSpace;
  const colorSpace: ColorSpace = hasRgb(frame)
    ? DEFAULT_COLOR_SPACE
    : { matrix: MATRICES[matrix ?? ''] ?? 'bt601', range: fullRange ? 'full' : 'limited' };
  const rotation = (frame.rotation ?? 0) as Rotation;
  return { width, height, colorSpace, rotation, pixelAspectRatio: pixelAspectRatioOf(frame, rotation) };
}

/** What the display size, which is that of the rotated frame, says of the pixels as stored. */
function pixelAspectRatioOf(frame: CameraFrame, rotation: Rotation): number {
  const { width, height } = visibleRectOf(frame);
  const { displayWidth, displayHeight } = frame;
  const [shownWidth, shownHeight] = isSideways(rotation)
    ? [displayHeight, displayWidth]
    : [displayWidth, displayHeight];
  const ratio = (shownWidth * height) / (shownHeight * width);
  const [least, most] = PIXEL_ASPECT_RANGE;
  return ratio >= least && ratio <= most ? ratio : 1;
}

/**
 * The colour space of the processed frame: the frame's own, so that the person's colours do not change. A camera in Firefox names
 * no matrix and is shown as BT.601, but a `VideoFrame` that names none is shown as BT.709 there: it is named therefore.
 */
export function outputColorSpace(frame: CameraFrame): VideoColorSpaceInit {
  const own = frame.colorSpace.toJSON();
  if (hasRgb(frame)) return { ...own, matrix: 'bt709', fullRange: false };
  return own.matrix ? own : { ...own, matrix: 'smpte170m', fullRange: own.fullRange ?? false };
}

function hasRgb({ format }: CameraFrame): boolean {
  const known = FORMATS[format ?? ''];
  return known !== 'I420' && known !== 'NV12';
}

function visibleRectOf({ visibleRect, codedWidth, codedHeight }: CameraFrame): Rectangle {
  return visibleRect ?? { x: 0, y: 0, width: codedWidth, height: codedHeight };
}

interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

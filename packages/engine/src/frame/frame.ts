import { EngineError } from '../errors.js';
import { type ColorSpace, LUMA_WEIGHTS } from './color-space.js';

/**
 * How a frame's pixels lie in memory, 8 bit per sample:
 * - `I420`: three planes Y, U, V; chroma at half size in both directions (rounded up).
 * - `NV12`: two planes, Y and interleaved UV.
 * - `I420A`: I420 and a fourth, full-size plane of straight (not premultiplied) alpha. Output only.
 * - `RGBA`, `BGRA`: one plane of four bytes a pixel in this order, full range; translucent pixels are blended with black.
 *   Input only; the frame's colour space is the one that it is converted to.
 */
export type PixelFormat = 'I420' | 'NV12' | 'I420A' | 'RGBA' | 'BGRA';

/** How many degrees clockwise a frame must be rotated to be upright. */
export type Rotation = 0 | 90 | 180 | 270;

/** One plane of samples. Row `y` begins at `data[y * stride]`. */
export interface Plane {
  readonly data: Uint8Array;
  /** Bytes from one row to the next, at least the row's own length. */
  readonly stride: number;
}

/** A size in pixels. */
export interface PixelSize {
  /** A whole number, at least 2. */
  readonly width: number;
  /** A whole number, at least 2. */
  readonly height: number;
}

/** A part of an image, from its top left; each use states the units. */
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The properties that all frames of a video share. */
export interface FrameShape {
  /** In pixels, at least 1; may be odd. */
  readonly width: number;
  /** In pixels, at least 1; may be odd. */
  readonly height: number;
  readonly colorSpace: ColorSpace;
  readonly rotation: Rotation;
  /**
   * Width over height of a pixel, as stored: what FFmpeg calls the sample aspect ratio, in {@link PIXEL_ASPECT_RANGE}. Default
   * 1: pixels are square.
   */
  readonly pixelAspectRatio?: number;
}

/** A frame of a video: planes of 8-bit samples, and how to read them. */
export interface Frame extends FrameShape {
  readonly format: PixelFormat;
  /** In the order of the {@link PixelFormat}. */
  readonly planes: readonly Plane[];
}

/** The size of one plane's rows and columns in bytes. */
export interface PlaneSize {
  /** Bytes of a row. */
  readonly rowBytes: number;
  readonly rows: number;
}

/**
 * The planes that a frame of a format and size has.
 *
 * @param format - The pixel format.
 * @param width - In pixels.
 * @param height - In pixels.
 * @returns One entry a plane, in the format's order.
 */
export function planeSizes(format: PixelFormat, width: number, height: number): readonly PlaneSize[] {
  const luma = { rowBytes: width, rows: height };
  const chroma = { rowBytes: (width + 1) >> 1, rows: (height + 1) >> 1 };
  switch (format) {
    case 'I420':
      return [luma, chroma, chroma];
    case 'I420A':
      return [luma, chroma, chroma, luma];
    case 'NV12':
      return [luma, { rowBytes: chroma.rowBytes * 2, rows: chroma.rows }];
    case 'RGBA':
    case 'BGRA':
      return [{ rowBytes: width * 4, rows: height }];
  }
}

const FORMATS: readonly PixelFormat[] = ['I420', 'NV12', 'I420A', 'RGBA', 'BGRA'];

/** The smallest and the largest {@link FrameShape.pixelAspectRatio}. */
export const PIXEL_ASPECT_RANGE: readonly [least: number, most: number] = [0.1, 10];

/** The largest width or height of a frame, in pixels. */
export const MAX_FRAME_SIDE = 16384;

/**
 * Checks that a frame's size and planes fit together.
 *
 * @param frame - The frame to check.
 * @throws `EngineError` `FRAME_INVALID` with the first thing that is wrong.
 */
export function assertFrame(frame: Frame): void {
  const { format, width, height, planes } = frame;
  assertShape(frame);
  if (!FORMATS.includes(format)) {
    throw invalid(`A frame's format is one of ${FORMATS.join(', ')}, not ${format}.`);
  }
  const sizes = planeSizes(format, width, height);
  if (planes.length !== sizes.length) {
    throw invalid(`An ${format} frame has ${sizes.length} planes, not ${planes.length}.`);
  }
  sizes.forEach(({ rowBytes, rows }, index) => {
    const plane = planes[index];
    const fits =
      plane &&
      Number.isInteger(plane.stride) &&
      plane.stride >= rowBytes &&
      plane.data.length >= plane.stride * (rows - 1) + rowBytes;
    if (!fits) {
      throw invalid(
        `Plane ${index} of the ${format} frame is too small for ${width}x${height}: it needs ${rows} rows of ${rowBytes} bytes.`,
      );
    }
  });
}

/**
 * Checks the properties that all frames of a video share.
 *
 * @param shape - The shape to check.
 * @throws {@link EngineError} `FRAME_INVALID` with the first thing that is wrong.
 */
export function assertShape(shape: FrameShape): void {
  const { width, height, colorSpace, rotation } = shape;
  for (const side of [width, height]) {
    if (!Number.isInteger(side) || side < 1 || side > MAX_FRAME_SIDE) {
      throw invalid(
        `A frame of ${width}x${height} cannot be processed: both sides must be whole numbers from 1 to ${MAX_FRAME_SIDE}.`,
      );
    }
  }
  if (![0, 90, 180, 270].includes(rotation)) {
    throw invalid(`A frame's rotation is 0, 90, 180 or 270 degrees, not ${rotation}.`);
  }
  const [least, most] = PIXEL_ASPECT_RANGE;
  const pixelAspect = pixelAspectOf(shape);
  if (!(pixelAspect >= least && pixelAspect <= most)) {
    throw invalid(`A frame's pixel aspect ratio is a number from ${least} to ${most}, not ${pixelAspect}.`);
  }
  const { matrix, range } = colorSpace ?? {};
  if (!Object.hasOwn(LUMA_WEIGHTS, matrix) || !['limited', 'full'].includes(range)) {
    throw invalid(`A frame's colour space is not ${JSON.stringify(colorSpace)}: see the type ColorSpace.`);
  }
}

function invalid(problem: string): EngineError {
  return new EngineError('FRAME_INVALID', problem);
}

/** Width over height of a frame's pixels, as stored. */
export function pixelAspectOf({ pixelAspectRatio = 1 }: Pick<FrameShape, 'pixelAspectRatio'>): number {
  return pixelAspectRatio;
}

/** The shape of a frame, without its pixels. */
export function copyShape(frame: FrameShape): FrameShape {
  const { width, height, colorSpace, rotation } = frame;
  return { width, height, colorSpace, rotation, pixelAspectRatio: pixelAspectOf(frame) };
}

/** What lengths relate to: the shorter side of a frame as displayed, in rows of its pixels. */
export function shorterSideOf(frame: Pick<FrameShape, 'width' | 'height' | 'pixelAspectRatio'>): number {
  return Math.min(frame.width * pixelAspectOf(frame), frame.height);
}

/** Whether two frames differ in nothing but their pixels. */
export function isAlike(a: FrameShape, b: FrameShape): boolean {
  return (
    a.width === b.width &&
    a.height === b.height &&
    a.rotation === b.rotation &&
    pixelAspectOf(a) === pixelAspectOf(b) &&
    a.colorSpace.matrix === b.colorSpace.matrix &&
    a.colorSpace.range === b.colorSpace.range
  );
}

/**
 * Copies the pixels of one frame into another of the same format and size, row by row where the strides differ.
 *
 * @param from - The frame to read.
 * @param to - The frame whose planes are written.
 * @throws {@link EngineError} `FRAME_INVALID` if format or size differ.
 *
 * @example
 * ```ts
 * using pipeline = await Pipeline.create({ backend: createCpuBackend({ kernels, segmenter }) });
 * const { frame: output } = await pipeline.process(frame, 0);
 * // The output is valid until the next call of the pipeline: keep a copy.
 * const { format, width, height } = output;
 * const planes = planeSizes(format, width, height).map(({ rowBytes, rows }) => ({
 *   data: new Uint8Array(rowBytes * rows),
 *   stride: rowBytes,
 * }));
 * copyFrame(output, { ...output, planes });
 * console.log(planes[0].data.length); // 2304
 * ```
 */
export function copyFrame(from: Frame, to: Frame): void {
  if (from.format !== to.format || from.width !== to.width || from.height !== to.height) {
    throw new EngineError(
      'FRAME_INVALID',
      `A frame of ${from.format} ${from.width}x${from.height} does not fit into one of ${to.format} ${to.width}x${to.height}.`,
    );
  }
  planeSizes(from.format, from.width, from.height).forEach((size, index) => {
    const source = from.planes[index];
    const target = to.planes[index];
    if (source && target) copyPlane(source, target, size);
  });
}

/** Copies `rows` rows of `rowBytes` bytes between two planes of any strides; what lies between the rows stays. */
export function copyPlane(from: Plane, to: Plane, { rowBytes, rows }: PlaneSize): void {
  if (from.stride === rowBytes && to.stride === rowBytes) {
    to.data.set(from.data.subarray(0, rows * rowBytes));
    return;
  }
  for (let row = 0; row < rows; row++) {
    const start = row * from.stride;
    to.data.set(from.data.subarray(start, start + rowBytes), row * to.stride);
  }
}

import {
  createPresenter,
  type Presenter,
  type PresenterFrame,
  type PresenterOptions,
  rgbaToI420,
} from '@elsewhere/presenter';
import {
  type ColorSpace,
  DEFAULT_COLOR_SPACE,
  type Frame,
  type Plane,
  planeSizes,
  type Rotation,
} from '../../src/index.js';
import { type Rgb, rgbOf, roundedYuvOf, type Yuv } from './colors.js';

/** A copy of a frame's pixels: planes without padding. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly colorSpace: ColorSpace;
  readonly y: Uint8Array;
  readonly u: Uint8Array;
  readonly v: Uint8Array;
  readonly alpha: Uint8Array | undefined;
}

/** A frame of the presenter with its exact alpha. */
export interface Shot {
  readonly frame: Frame;
  /** The exact alpha, `width * height`, as the frame is stored. */
  readonly alpha: Uint8Array;
  /** The exact alpha upright, as a perfect segmenter returns it. */
  readonly upright: Gray;
}

/** An image of one byte a pixel. */
export interface Gray {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** How a frame is stored. */
export interface Storage {
  readonly format?: 'I420' | 'NV12';
  readonly rotation?: Rotation;
  /** Bytes of padding after each row, filled with noise. Default 0. */
  readonly padding?: number;
}

/** An element of an array that must exist. */
export function at(values: ArrayLike<number>, index: number): number {
  const value = values[index];
  if (value === undefined) throw new RangeError(`Element ${index} of ${values.length}`);
  return value;
}

/** Copies a frame's pixels out of the memory it is in. NV12's chroma is deinterleaved. */
export function pixelsOf(frame: Frame): Pixels {
  const { width, height, colorSpace } = frame;
  const planes = planeSizes(frame.format, width, height).map(({ rowBytes, rows }, index) =>
    tight(planeOf(frame, index), rowBytes, rows),
  );
  const [y, second, third, alpha] = planes;
  if (!y || !second) throw new Error('A frame without planes');
  if (frame.format === 'NV12') {
    const half = second.length / 2;
    const u = Uint8Array.from({ length: half }, (_, i) => at(second, 2 * i));
    const v = Uint8Array.from({ length: half }, (_, i) => at(second, 2 * i + 1));
    return { width, height, colorSpace, y, u, v, alpha: undefined };
  }
  if (!third) throw new Error('I420 without V');
  return { width, height, colorSpace, y, u: second, v: third, alpha };
}

export function planeOf(frame: Frame, index: number): Plane {
  const plane = frame.planes[index];
  if (!plane) throw new Error(`No plane ${index}`);
  return plane;
}

function tight({ data, stride }: Plane, rowBytes: number, rows: number): Uint8Array {
  const result = new Uint8Array(rowBytes * rows);
  for (let row = 0; row < rows; row++) {
    result.set(data.subarray(row * stride, row * stride + rowBytes), row * rowBytes);
  }
  return result;
}

/** Stores planes as a frame: I420 or NV12, with noise in the padding. */
export function frameOf(pixels: Pixels, { format = 'I420', rotation = 0, padding = 0 }: Storage = {}): Frame {
  const { width, height, colorSpace, y, u, v } = pixels;
  const chroma =
    format === 'I420'
      ? [u, v]
      : [Uint8Array.from({ length: u.length * 2 }, (_, i) => at(i & 1 ? v : u, i >> 1))];
  const contents = [y, ...chroma];
  const planes = planeSizes(format, width, height).map(({ rowBytes, rows }, index) => {
    const stride = rowBytes + padding;
    const data = new Uint8Array(stride * rows).fill(0xa5);
    const source = contents[index] ?? new Uint8Array();
    for (let row = 0; row < rows; row++) {
      data.set(source.subarray(row * rowBytes, (row + 1) * rowBytes), row * stride);
    }
    return { data, stride };
  });
  return { format, width, height, planes, colorSpace, rotation };
}

/** A frame of one colour. */
export function plainFrame(
  width: number,
  height: number,
  color: Rgb,
  options: Storage & { readonly colorSpace?: ColorSpace } = {},
): Frame {
  const { colorSpace = DEFAULT_COLOR_SPACE } = options;
  const [y, u, v] = roundedYuvOf(color, colorSpace);
  const chroma = ((width + 1) >> 1) * ((height + 1) >> 1);
  const fill = (length: number, value: number) => new Uint8Array(length).fill(value);
  return frameOf(
    {
      width,
      height,
      colorSpace,
      y: fill(width * height, y),
      u: fill(chroma, u),
      v: fill(chroma, v),
      alpha: undefined,
    },
    options,
  );
}

/** The samples of one pixel. */
export function yuvAt({ width, y, u, v }: Pixels, column: number, row: number): Yuv {
  const chroma = (row >> 1) * ((width + 1) >> 1) + (column >> 1);
  return [at(y, row * width + column), at(u, chroma), at(v, chroma)];
}

/** The colour of one pixel. */
export function rgbAt(pixels: Pixels, column: number, row: number): Rgb {
  return rgbOf(yuvAt(pixels, column, row), pixels.colorSpace);
}

/** The largest difference of two frames in any sample of any plane, including alpha. */
export function largestDifference(a: Pixels, b: Pixels): number {
  let largest = 0;
  for (const name of ['y', 'u', 'v', 'alpha'] as const) {
    const [one, other] = [a[name], b[name]];
    if (!one && !other) continue;
    if (!one || !other || one.length !== other.length) return Number.POSITIVE_INFINITY;
    for (let i = 0; i < one.length; i++) largest = Math.max(largest, Math.abs(at(one, i) - at(other, i)));
  }
  return largest;
}

/** An image rotated clockwise. Written independently of the engine. */
export function turned({ width, height, data }: Gray, degrees: Rotation): Gray {
  const sideways = degrees === 90 || degrees === 270;
  const result = { width: sideways ? height : width, height: sideways ? width : height };
  const turnedData = new Uint8Array(data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [column, row] =
        degrees === 0
          ? [x, y]
          : degrees === 90
            ? [height - 1 - y, x]
            : degrees === 180
              ? [width - 1 - x, height - 1 - y]
              : [y, width - 1 - x];
      turnedData[row * result.width + column] = at(data, y * width + x);
    }
  }
  return { ...result, data: turnedData };
}

/** An RGBA image rotated clockwise. */
export function turnedRgba(rgba: Uint8Array, width: number, height: number, degrees: Rotation): Uint8Array {
  if (degrees === 0) return rgba;
  const channels = [0, 1, 2, 3].map((channel) => {
    const data = Uint8Array.from({ length: width * height }, (_, i) => at(rgba, 4 * i + channel));
    return turned({ width, height, data }, degrees).data;
  });
  return Uint8Array.from(rgba, (_, i) => at(channels[i & 3] ?? [], i >> 2));
}

/** RGBA as a frame of BT.709, limited range, by the presenter's own conversion. */
export function rgbaFrame(rgba: Uint8Array, width: number, height: number, storage: Storage = {}): Frame {
  const planes = rgbaToI420(rgba, width, height);
  return frameOf({ ...planes, colorSpace: DEFAULT_COLOR_SPACE, alpha: undefined }, storage);
}

const drawn = new Map<string, Promise<PresenterFrame>>();

/** A frame of the presenter, drawn once in each test file: drawing takes longer than most of what tests do with it. */
function draw(presenter: Presenter, options: PresenterOptions, index: number): Promise<PresenterFrame> {
  // Functions among the options have no key.
  if (Object.values(options).some((option) => typeof option === 'function')) return presenter.frame(index);
  const key = `${index} ${JSON.stringify(options)}`;
  const frame = drawn.get(key) ?? presenter.frame(index);
  drawn.set(key, frame);
  return frame;
}

/** Frames of the presenter. `rotation` is how the stored frame is to be rotated to be upright. */
export async function shoot(
  options: PresenterOptions,
  indices: readonly number[],
  storage: Storage = {},
): Promise<Shot[]> {
  const presenter = createPresenter(options);
  const { width, height } = presenter;
  const back = ((360 - (storage.rotation ?? 0)) % 360) as Rotation;
  const sideways = back === 90 || back === 270;
  const shots: Shot[] = [];
  for (const index of indices) {
    const { image, alpha } = await draw(presenter, options, index);
    const upright = { width, height, data: alpha };
    shots.push({
      frame: rgbaFrame(
        turnedRgba(image, width, height, back),
        sideways ? height : width,
        sideways ? width : height,
        storage,
      ),
      alpha: turned(upright, back).data,
      upright,
    });
  }
  return shots;
}

/** The first element of a list, which must exist. */
export function only<T>([first]: readonly T[]): T {
  if (first === undefined) throw new Error('The list is empty');
  return first;
}

/** 0, 1, 2, ... */
export function range(count: number, start = 0): number[] {
  return Array.from({ length: count }, (_, i) => start + i);
}

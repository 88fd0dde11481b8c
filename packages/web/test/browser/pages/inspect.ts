/** Measurements of an output frame. */
export interface Seen {
  /** In microseconds. */
  readonly timestamp: number;
  /** Upright, in pixels. */
  readonly width: number;
  readonly height: number;
  readonly format: string;
  /** When it arrived, in milliseconds since the epoch. */
  readonly arrived: number;
  /** Share of the frame, 0..1, that has the colours of the striped background. */
  readonly cameraBackground: number;
  /** Share of the frame, 0..1, that has them where no person is near; only if the truth is known, else 0. */
  readonly leak: number;
  /** Share of the frame, 0..1, where the stripes themselves are seen. */
  readonly stripes: number;
  /** Share of the frame, 0..1, that has the colour asked for. */
  readonly plain: number;
}

/** One sample in each 2x2 block of pixels: chroma, and luma of the block's first pixel. */
export interface Samples {
  readonly width: number;
  readonly height: number;
  readonly y: Uint8Array;
  readonly u: Uint8Array;
  readonly v: Uint8Array;
}

/** A colour, 0..255. */
export type Rgb = readonly [red: number, green: number, blue: number];

type Yuv = readonly [y: number, u: number, v: number];

/** How far a sample may be from a colour and still have it. */
const TOLERANCE = 4;

let buffer = new ArrayBuffer(0);

/**
 * Looks at a frame. Closes nothing.
 *
 * @param frame - The frame.
 * @param color - What {@link Seen.plain} counts.
 * @param near - For each sample whether a person is near.
 */
export async function inspect(frame: VideoFrame, color: Rgb = [0, 0, 0], near?: Uint8Array): Promise<Seen> {
  const arrived = performance.timeOrigin + performance.now();
  const plain = yuvOf(color, matrixOf(frame));
  const { width, height, y, u, v } = await samplesOf(frame);
  const count = width * height;
  let [striped, leaks, stripes, plains] = [0, 0, 0, 0];
  for (let i = 0; i < count; i++) {
    const [luma, blue, red] = [at(y, i), at(u, i), at(v, i)];
    const distance = Math.max(Math.abs(luma - plain[0]), Math.abs(blue - plain[1]), Math.abs(red - plain[2]));
    if (distance <= TOLERANCE) plains++;
    if (!isStriped(blue, red)) continue;
    striped++;
    if (near?.length === count && near[i] === 0) leaks++;
    const isInside = i % width < width - 1 && isStriped(at(u, i + 1), at(v, i + 1));
    if (isInside && Math.abs(at(y, i + 1) - luma) > 6) stripes++;
  }
  return {
    timestamp: frame.timestamp,
    width: frame.displayWidth,
    height: frame.displayHeight,
    format: String(frame.format),
    arrived,
    cameraBackground: striped / count,
    leak: leaks / count,
    stripes: stripes / count,
    plain: plains / count,
  };
}

function at(values: Uint8Array, index: number): number {
  return values[index] ?? 0;
}

/** Both magentas of the stripes, also where a quarter of something else is mixed in. */
function isStriped(u: number, v: number): boolean {
  return u > 128 + 43 && v > 128 + 51;
}

async function samplesOf(frame: VideoFrame): Promise<Samples> {
  const { visibleRect, format } = frame;
  if (!visibleRect) throw new TypeError('A closed frame');
  const size = frame.allocationSize();
  if (buffer.byteLength < size) buffer = new ArrayBuffer(size);
  const layout = await frame.copyTo(buffer);
  const planes = layout.map(({ offset, stride }) => ({ data: new Uint8Array(buffer, offset), stride }));
  const width = visibleRect.width >> 1;
  const height = visibleRect.height >> 1;
  return isYuv(format)
    ? yuvSamples(planes, width, height)
    : rgbSamples(planes, width, height, String(format));
}

interface Plane {
  readonly data: Uint8Array;
  readonly stride: number;
}

/** Of I420, I420A and NV12, whose chroma is taken apart. */
function yuvSamples([first, second, third]: readonly Plane[], width: number, height: number): Samples {
  if (!first || !second) throw new TypeError('A frame without planes');
  const [y, u, v] = [1, 2, 3].map(() => new Uint8Array(width * height)) as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ];
  const step = third ? 1 : 2;
  const red = third ?? { data: second.data.subarray(1), stride: second.stride };
  for (let row = 0, to = 0; row < height; row++) {
    for (let column = 0; column < width; column++, to++) {
      y[to] = at(first.data, 2 * row * first.stride + 2 * column);
      u[to] = at(second.data, row * second.stride + step * column);
      v[to] = at(red.data, row * red.stride + step * column);
    }
  }
  return { width, height, y, u, v };
}

function rgbSamples([plane]: readonly Plane[], width: number, height: number, format: string): Samples {
  if (!plane) throw new TypeError('A frame without planes');
  const [y, u, v] = [1, 2, 3].map(() => new Uint8Array(width * height)) as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ];
  const [red, blue] = format.startsWith('BGR') ? [2, 0] : [0, 2];
  for (let row = 0, to = 0; row < height; row++) {
    for (let column = 0; column < width; column++, to++) {
      const from = 2 * row * plane.stride + 8 * column;
      const rgb = [
        at(plane.data, from + red),
        at(plane.data, from + 1),
        at(plane.data, from + blue),
      ] as const;
      [y[to], u[to], v[to]] = yuvOf(rgb, 'bt709');
    }
  }
  return { width, height, y, u, v };
}

function isYuv(format: string | null): boolean {
  return /^(I420|NV12)/.test(String(format));
}

type Matrix = 'bt601' | 'bt709';

/** Browsers take frames for BT.601 that do not say what they are; those in RGB are made BT.709 here. */
function matrixOf({ format, colorSpace: { matrix } }: VideoFrame): Matrix {
  return matrix === 'bt709' || !isYuv(format) ? 'bt709' : 'bt601';
}

/** Limited range. */
function yuvOf([r, g, b]: Rgb, matrix: Matrix): Yuv {
  const [red, blue] = matrix === 'bt709' ? [0.2126, 0.0722] : [0.299, 0.114];
  const luma = red * r + (1 - red - blue) * g + blue * b;
  return [
    Math.round(16 + (219 / 255) * luma),
    Math.round(128 + ((224 / 255) * (b - luma)) / (2 * (1 - blue))),
    Math.round(128 + ((224 / 255) * (r - luma)) / (2 * (1 - red))),
  ];
}

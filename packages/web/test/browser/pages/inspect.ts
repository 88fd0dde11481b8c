/** What is told of a frame that came out. */
export interface Seen {
  /** In microseconds. */
  readonly timestamp: number;
  /** Upright, in pixels. */
  readonly width: number;
  readonly height: number;
  readonly format: string;
  /** When it arrived, in milliseconds since the epoch. */
  readonly arrived: number;
  /** Share of the frame, 0..1, that has the colours of the striped room. */
  readonly room: number;
  /** Share of the frame, 0..1, where the stripes themselves are seen. */
  readonly stripes: number;
  /** Share of the frame, 0..1, that has the colour asked for. */
  readonly plain: number;
  /** Mean of red, green and blue, or of Y, U and V where the frame is in planes. */
  readonly mean: readonly [number, number, number];
}

/** One sample in each 2x2 block of pixels: chroma, and luma of the block's first row. */
interface Samples {
  readonly width: number;
  readonly height: number;
  /** Y, U, V of each sample. */
  readonly values: Uint8Array;
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
 */
export async function inspect(frame: VideoFrame, color: Rgb = [0, 0, 0]): Promise<Seen> {
  const arrived = performance.timeOrigin + performance.now();
  const plain = yuvOf(color, matrixOf(frame));
  const { width, height, values } = await samplesOf(frame);
  const seen = { room: 0, stripes: 0, plain: 0, mean: [0, 0, 0] as [number, number, number] };
  const count = width * height;
  for (let i = 0; i < count; i++) {
    const [y, u, v] = [values[3 * i] ?? 0, values[3 * i + 1] ?? 0, values[3 * i + 2] ?? 0];
    seen.mean[0] += y / count;
    seen.mean[1] += u / count;
    seen.mean[2] += v / count;
    const distance = Math.max(Math.abs(y - plain[0]), Math.abs(u - plain[1]), Math.abs(v - plain[2]));
    if (distance <= TOLERANCE) seen.plain++;
    if (!isRoom(u, v)) continue;
    seen.room++;
    const next = 3 * (i + 1);
    const isNext = i % width < width - 1 && isRoom(values[next + 1] ?? 0, values[next + 2] ?? 0);
    if (isNext && Math.abs((values[next] ?? 0) - y) > 6) seen.stripes++;
  }
  return {
    timestamp: frame.timestamp,
    width: frame.displayWidth,
    height: frame.displayHeight,
    format: String(frame.format),
    arrived,
    room: seen.room / count,
    stripes: seen.stripes / count,
    plain: seen.plain / count,
    mean: seen.mean,
  };
}

/** Both magentas of the stripes, also where a quarter of something else is mixed in. */
function isRoom(u: number, v: number): boolean {
  return u > 128 + 43 && v > 128 + 51;
}

async function samplesOf(frame: VideoFrame): Promise<Samples> {
  const { visibleRect, format } = frame;
  if (!visibleRect) throw new TypeError('A closed frame');
  const size = frame.allocationSize();
  if (buffer.byteLength < size) buffer = new ArrayBuffer(size);
  const layout = await frame.copyTo(buffer);
  const data = new Uint8Array(buffer);
  const width = visibleRect.width >> 1;
  const height = visibleRect.height >> 1;
  const values = new Uint8Array(width * height * 3);
  const read = readerOf(String(format), data, layout);
  for (let row = 0, to = 0; row < height; row++) {
    for (let column = 0; column < width; column++, to += 3) read(column, row, values, to);
  }
  return { width, height, values };
}

type Reader = (column: number, row: number, to: Uint8Array, at: number) => void;

function readerOf(format: string, data: Uint8Array, layout: readonly PlaneLayout[]): Reader {
  const byte = (plane: number, row: number, at: number): number => {
    const { offset = 0, stride = 0 } = layout[plane] ?? {};
    return data[offset + row * stride + at] ?? 0;
  };
  switch (format) {
    case 'I420':
    case 'I420A':
      return (column, row, to, at) => {
        to[at] = byte(0, 2 * row, 2 * column);
        to[at + 1] = byte(1, row, column);
        to[at + 2] = byte(2, row, column);
      };
    case 'NV12':
      return (column, row, to, at) => {
        to[at] = byte(0, 2 * row, 2 * column);
        to[at + 1] = byte(1, row, 2 * column);
        to[at + 2] = byte(1, row, 2 * column + 1);
      };
    default: {
      const [red, blue] = format.startsWith('BGR') ? [2, 0] : [0, 2];
      return (column, row, to, at) => {
        const [r, g, b] = [red, 1, blue].map((channel) => byte(0, 2 * row, 8 * column + channel));
        to.set(yuvOf([r ?? 0, g ?? 0, b ?? 0], 'bt709'), at);
      };
    }
  }
}

type Matrix = 'bt601' | 'bt709';

/** Browsers take frames for BT.601 that do not say what they are; those in RGB are made BT.709 here. */
function matrixOf({ format, colorSpace: { matrix } }: VideoFrame): Matrix {
  return matrix === 'bt709' || !/^(I420|NV12)/.test(String(format)) ? 'bt709' : 'bt601';
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

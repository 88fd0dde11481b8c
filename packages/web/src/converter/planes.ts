import type { Frame, Plane, Rotation } from '@elsewhere/engine';
import { isSideways, pixelAspectOf, rotate } from '@elsewhere/engine/internal';

/** The planar formats of `VideoFrame` and mediabunny: 8, 10 or 12 bits; 4:2:0, 4:2:2 or 4:4:4. */
const PLANAR = /^I4(20|22|44)A?(?:P(10|12))?$/;

/**
 * Converts any planar format to 8-bit 4:2:0.
 *
 * @param format - As in `VideoFrame`; alpha is ignored.
 * @param bytes - The planes.
 * @param layout - Where in `bytes` they are.
 * @param width - In pixels.
 * @param height - In pixels.
 * @returns New planes; `undefined` if the format is not planar.
 */
export function toI420(
  format: string,
  bytes: Uint8Array,
  layout: readonly PlaneLayout[],
  width: number,
  height: number,
): Plane[] | undefined {
  const [, chroma, depth = '8'] = PLANAR.exec(format) ?? [];
  if (!chroma) return undefined;
  // How many samples of the source are averaged to one of the target.
  const columns = chroma === '44' ? 2 : 1;
  const rows = chroma === '20' ? 1 : 2;
  const chromaWidth = (width + 1) >> 1;
  const chromaHeight = (height + 1) >> 1;
  return layout.slice(0, 3).map((place, index) => {
    const samples = readerOf(bytes, place, Number(depth));
    if (index === 0) return shrink(samples, width, height, 1, 1, width, height);
    const sourceWidth = columns === 2 ? width : chromaWidth;
    const sourceHeight = rows === 2 ? height : chromaHeight;
    return shrink(samples, chromaWidth, chromaHeight, columns, rows, sourceWidth, sourceHeight);
  });
}

/** Samples of one plane. */
interface Samples {
  readonly values: Uint8Array | Uint16Array;
  /** Values from one row to the next. */
  readonly stride: number;
  /** By how many bits values are shifted right to have 8 bits. */
  readonly shift: number;
}

function readerOf(bytes: Uint8Array, { offset, stride }: PlaneLayout, depth: number): Samples {
  if (depth === 8) return { values: bytes.subarray(offset), stride, shift: 0 };
  const { buffer, byteOffset, byteLength } = bytes;
  const start = byteOffset + offset;
  const values = new Uint16Array(buffer, start, (byteOffset + byteLength - start) >> 1);
  return { values, stride: stride >> 1, shift: depth - 8 };
}

/** Averages blocks of `columns` times `rows` samples; beyond the edge, those at the edge are repeated. */
function shrink(
  { values, stride, shift }: Samples,
  width: number,
  height: number,
  columns: number,
  rows: number,
  sourceWidth: number,
  sourceHeight: number,
): Plane {
  const data = new Uint8Array(width * height);
  const bits = shift + (columns === 2 ? 1 : 0) + (rows === 2 ? 1 : 0);
  const half = bits === 0 ? 0 : 1 << (bits - 1);
  for (let y = 0, to = 0; y < height; y++) {
    const top = y * rows * stride;
    const bottom = Math.min(y * rows + rows - 1, sourceHeight - 1) * stride;
    for (let x = 0; x < width; x++, to++) {
      const left = x * columns;
      const right = Math.min(left + columns - 1, sourceWidth - 1);
      let sum = values[top + left] ?? 0;
      if (columns === 2) sum += values[top + right] ?? 0;
      if (rows === 2) sum += values[bottom + left] ?? 0;
      if (columns === 2 && rows === 2) sum += values[bottom + right] ?? 0;
      data[to] = Math.min(255, (sum + half) >> bits);
    }
  }
  return { data, stride: width };
}

/**
 * Rotates a frame upright, for containers that have no rotation.
 *
 * @param frame - I420 or I420A.
 * @param rotation - Degrees clockwise.
 * @param flip - Whether it is mirrored after that.
 * @returns A new frame without rotation; its planes are one after the other in memory.
 */
export function upright(frame: Frame, rotation: Rotation, flip: boolean): Frame {
  const [width, height] = isSideways(rotation) ? [frame.height, frame.width] : [frame.width, frame.height];
  const sizes = frame.planes.map((_, index) =>
    index === 0 || index === 3 ? [width, height] : [(width + 1) >> 1, (height + 1) >> 1],
  ) as [number, number][];
  const memory = new Uint8Array(sizes.reduce((sum, [columns, rows]) => sum + columns * rows, 0));
  let offset = 0;
  const planes = frame.planes.map((plane, index): Plane => {
    const [columns, rows] = sizes[index] ?? [0, 0];
    const data = memory.subarray(offset, offset + columns * rows);
    offset += data.length;
    const [sourceWidth, sourceHeight] = isSideways(rotation) ? [rows, columns] : [columns, rows];
    rotate(plane.data, plane.stride, sourceWidth, sourceHeight, rotation, data, columns);
    if (flip)
      for (let row = 0; row < data.length; row += columns) data.subarray(row, row + columns).reverse();
    return { data, stride: columns };
  });
  const pixelAspectRatio = isSideways(rotation) ? 1 / pixelAspectOf(frame) : pixelAspectOf(frame);
  return { ...frame, width, height, planes, rotation: 0, pixelAspectRatio };
}

import { type Frame, type Plane, planeSizes } from '@elsewhere/engine';

/** The size of stored frames. */
const SIZE = { width: 1280, height: 720 };

/** The frames to draw and store, for machines that cannot draw them. */
export const STORED = { ...SIZE, count: 6 };

const SHAPE = { format: 'I420', colorSpace: { matrix: 'bt709', range: 'limited' }, rotation: 0 } as const;

/** The concatenated planes of frames. */
export function store(frames: readonly Frame[]): Uint8Array {
  return Buffer.concat(frames.flatMap(({ planes }) => planes.map(({ data }) => data)));
}

/** The inverse of {@link store}. */
export function readStored(bytes: Uint8Array): readonly Frame[] {
  const { width, height } = SIZE;
  let offset = 0;
  const next = (): Frame => {
    const planes = planeSizes('I420', width, height).map(({ rowBytes, rows }): Plane => {
      const data = bytes.subarray(offset, offset + rowBytes * rows);
      offset += rowBytes * rows;
      return { data, stride: rowBytes };
    });
    return { ...SHAPE, width, height, planes };
  };
  const frames: Frame[] = [];
  while (offset < bytes.length) frames.push(next());
  return frames;
}

/** A frame scaled bilinearly. */
export function scale(frame: Frame, width: number, height: number): Frame {
  const from = planeSizes('I420', frame.width, frame.height);
  const planes = planeSizes('I420', width, height).map(({ rowBytes, rows }, index): Plane => {
    const { rowBytes: columnsThere = 0, rows: rowsThere = 0 } = from[index] ?? {};
    const { data, stride } = frame.planes[index] ?? { data: new Uint8Array(), stride: 0 };
    const scaled = new Uint8Array(rowBytes * rows);
    for (let y = 0; y < rows; y++) {
      const [top, bottom, down] = between(y, rows, rowsThere);
      for (let x = 0; x < rowBytes; x++) {
        const [left, right, along] = between(x, rowBytes, columnsThere);
        const row = (start: number) =>
          (data[start * stride + left] ?? 0) * (1 - along) + (data[start * stride + right] ?? 0) * along;
        scaled[y * rowBytes + x] = Math.round(row(top) * (1 - down) + row(bottom) * down);
      }
    }
    return { data: scaled, stride: rowBytes };
  });
  return { ...SHAPE, width, height, planes };
}

/** The two positions next to a position of another grid, and the weight of the second. */
function between(index: number, count: number, there: number): readonly [number, number, number] {
  const position = Math.max(0, ((index + 0.5) * there) / count - 0.5);
  const first = Math.floor(position);
  return [first, Math.min(first + 1, there - 1), position - first];
}

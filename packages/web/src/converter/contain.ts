import type { Frame, Plane } from '@elsewhere/engine';
import { pixelAspectOf } from '@elsewhere/engine/internal';
import type { FrameSize } from './frame-sizes.js';

/** Luma of black bars, by the range. */
const BLACK = { limited: 16, full: 0 } as const;

/**
 * Fits a frame into another size as a whole, with bars beside it.
 *
 * @param frame - I420 or I420A.
 * @param size - The size to fit it into, with even sides.
 * @returns A new frame of that size. The bars are black; where there is alpha, transparent.
 */
export function contain(frame: Frame, size: FrameSize): Frame {
  const shown = { width: frame.width * pixelAspectOf(frame), height: frame.height };
  const scale = Math.min((size.width * size.pixelAspectRatio) / shown.width, size.height / shown.height);
  const width = even((shown.width * scale) / size.pixelAspectRatio, size.width);
  const height = even(shown.height * scale, size.height);
  const left = ((size.width - width) >> 2) << 1;
  const top = ((size.height - height) >> 2) << 1;
  const bars = [BLACK[frame.colorSpace.range], 128, 128, 0];
  const planes = frame.planes.map((plane, index): Plane => {
    const shift = index === 1 || index === 2 ? 1 : 0;
    const stride = size.width >> shift;
    const data = new Uint8Array(stride * (size.height >> shift)).fill(bars[index] ?? 0);
    const source = { plane, width: (frame.width + shift) >> shift, height: (frame.height + shift) >> shift };
    const at = (top >> shift) * stride + (left >> shift);
    resample(source, data.subarray(at), stride, width >> shift, height >> shift);
    return { data, stride };
  });
  return { ...frame, ...size, planes };
}

interface Source {
  readonly plane: Plane;
  readonly width: number;
  readonly height: number;
}

/** Bilinear. */
function resample(
  { plane, width, height }: Source,
  data: Uint8Array,
  stride: number,
  columns: number,
  rows: number,
): void {
  const { data: from, stride: fromStride } = plane;
  for (let row = 0; row < rows; row++) {
    const y = Math.min(height - 1, Math.max(0, ((row + 0.5) * height) / rows - 0.5));
    const above = Math.floor(y);
    const below = Math.min(height - 1, above + 1);
    const down = y - above;
    for (let column = 0; column < columns; column++) {
      const x = Math.min(width - 1, Math.max(0, ((column + 0.5) * width) / columns - 0.5));
      const left = Math.floor(x);
      const right = Math.min(width - 1, left + 1);
      const across = x - left;
      const [a = 0, b = 0] = [from[above * fromStride + left], from[above * fromStride + right]];
      const [c = 0, d = 0] = [from[below * fromStride + left], from[below * fromStride + right]];
      const upper = a + (b - a) * across;
      const lower = c + (d - c) * across;
      data[row * stride + column] = Math.round(upper + (lower - upper) * down);
    }
  }
}

function even(side: number, most: number): number {
  return Math.min(most, Math.max(2, 2 * Math.round(side / 2)));
}

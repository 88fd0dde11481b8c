import type { Size } from '../items/scale.js';
import { diagonal } from '../metrics/edge.js';

/** Where the contrast across the outline, in luma, is below this, the frame does not tell where the edge is. */
const CONTRAST = 12;
/** The sigma of the smoothed outline, and how far beside it contrast is measured, as a fraction of the diagonal. */
const SIGMA = 0.008;
/** The level of the outline, in alpha. */
const LEVEL = 127.5;

/** A point of the outline. */
type Point = readonly [x: number, y: number];

/**
 * How combed a matte's outline is where person and background look alike: the distance between the outline at one half and
 * itself smoothed, across it, root of the mean square, in thousandths of the diagonal. Compare only mattes from the same confidence
 * maps: a wavy outline counts as well.
 *
 * @param matte - Alpha, 0..255.
 * @param luma - Luma of the frame.
 * @returns `undefined` if there is no such outline.
 */
export function comb(matte: Uint8Array, luma: Uint8Array, size: Size): number | undefined {
  const reach = SIGMA * diagonal(size);
  let [sum, count] = [0, 0];
  for (const line of outlines(matte, size)) {
    if (line.length < 6 * reach) continue;
    const smooth = smoothed(line, reach);
    for (const [index, [x, y]] of smooth.entries()) {
      const before = smooth[Math.max(0, index - 2)];
      const after = smooth[Math.min(smooth.length - 1, index + 2)];
      const own = line[index];
      if (!before || !after || !own) continue;
      const [dx, dy] = [after[0] - before[0], after[1] - before[1]];
      const length = Math.hypot(dx, dy);
      if (length === 0) continue;
      const [nx, ny] = [-dy / length, dx / length];
      const [rx, ry] = [nx * reach, ny * reach];
      const contrast = Math.abs(at(luma, x + rx, y + ry, size) - at(luma, x - rx, y - ry, size));
      if (contrast >= CONTRAST) continue;
      sum += (nx * (own[0] - x) + ny * (own[1] - y)) ** 2;
      count++;
    }
  }
  return count === 0 ? undefined : (1000 * Math.sqrt(sum / count)) / diagonal(size);
}

/** The mean of 3x3 luma samples. */
function at(luma: Uint8Array, x: number, y: number, { width, height }: Size): number {
  const column = Math.min(width - 2, Math.max(1, Math.round(x)));
  const row = Math.min(height - 2, Math.max(1, Math.round(y)));
  let sum = 0;
  for (let i = (row - 1) * width + column; i <= (row + 1) * width + column; i += width) {
    sum += (luma[i - 1] ?? 0) + (luma[i] ?? 0) + (luma[i + 1] ?? 0);
  }
  return sum / 9;
}

/** A Gaussian mean along the line; its points are about a pixel apart. Ends are repeated. */
function smoothed(line: readonly Point[], sigma: number): readonly Point[] {
  const reach = Math.ceil(3 * sigma);
  const weights = Array.from({ length: 2 * reach + 1 }, (_, k) =>
    Math.exp(-((k - reach) ** 2) / (2 * sigma ** 2)),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return line.map((_, index) => {
    let [x, y] = [0, 0];
    for (const [k, weight] of weights.entries()) {
      const point = line[Math.min(line.length - 1, Math.max(0, index + k - reach))];
      x += weight * (point?.[0] ?? 0);
      y += weight * (point?.[1] ?? 0);
    }
    return [x / total, y / total];
  });
}

/**
 * The outlines of a matte at one half by marching squares, as lines of points on the edges between pixels. A saddle is
 * taken apart along its rising diagonal.
 */
function outlines(matte: Uint8Array, { width, height }: Size): readonly (readonly Point[])[] {
  // Points lie on the edge to the right of a pixel (2 i) or below it (2 i + 1). Each belongs to at most two segments.
  const segments = new Map<number, number[]>();
  const join = (a: number, b: number) => {
    for (const [from, to] of [
      [a, b],
      [b, a],
    ] as const) {
      const ends = segments.get(from);
      if (ends) ends.push(to);
      else segments.set(from, [to]);
    }
  };
  const inside = (i: number) => (matte[i] ?? 0) > LEVEL;
  for (let y = 0; y < height - 1; y++) {
    for (let x = 0; x < width - 1; x++) {
      const i = y * width + x;
      const [a, b, c, d] = [inside(i), inside(i + 1), inside(i + width), inside(i + width + 1)];
      if (a === b && a === c && a === d) continue;
      const crossed = [
        ...(a !== b ? [2 * i] : []),
        ...(a !== c ? [2 * i + 1] : []),
        ...(b !== d ? [2 * (i + 1) + 1] : []),
        ...(c !== d ? [2 * (i + width)] : []),
      ];
      const [first, second, third, fourth] = crossed;
      if (first === undefined || second === undefined) continue;
      join(first, second);
      if (third !== undefined && fourth !== undefined) join(third, fourth);
    }
  }
  const point = (key: number): Point => {
    const i = key >> 1;
    const next = key % 2 === 0 ? i + 1 : i + width;
    const [here, there] = [matte[i] ?? 0, matte[next] ?? 0];
    const share = (LEVEL - here) / (there - here);
    const [x, y] = [i % width, Math.floor(i / width)];
    return key % 2 === 0 ? [x + share, y] : [x, y + share];
  };
  const lines: (readonly Point[])[] = [];
  const seen = new Set<number>();
  const follow = (start: number) => {
    const line: Point[] = [];
    for (let key: number | undefined = start; key !== undefined; ) {
      seen.add(key);
      line.push(point(key));
      key = segments.get(key)?.find((next) => !seen.has(next));
    }
    lines.push(line);
  };
  for (const [key, ends] of segments) if (ends.length === 1 && !seen.has(key)) follow(key);
  for (const key of segments.keys()) if (!seen.has(key)) follow(key);
  return lines;
}

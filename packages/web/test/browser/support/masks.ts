/** A matte as a mask: 1 where the test holds. */
export function maskOf(alpha: Uint8Array, holds: (value: number) => boolean): Uint8Array {
  return alpha.map((value) => (holds(value) ? 1 : 0));
}

/** A mask made larger by a square of `2 * radius + 1` pixels around each of its own. */
export function grown(mask: Uint8Array, width: number, radius: number): Uint8Array {
  const height = mask.length / width;
  const rows = spread(mask, width, height, 1, width, radius);
  return spread(rows, height, width, width, 1, radius);
}

/** Along lines: a pixel is set where one within the radius is. */
function spread(
  mask: Uint8Array,
  length: number,
  lines: number,
  step: number,
  lineStep: number,
  radius: number,
): Uint8Array {
  const result = new Uint8Array(mask.length);
  // The number of set pixels before each position of a line.
  const sums = new Uint32Array(length + 1);
  for (let line = 0; line < lines; line++) {
    const start = line * lineStep;
    for (let i = 0; i < length; i++) sums[i + 1] = (sums[i] ?? 0) + (mask[start + i * step] ?? 0);
    for (let i = 0; i < length; i++) {
      const before = sums[Math.max(0, i - radius)] ?? 0;
      const after = sums[Math.min(length, i + radius + 1)] ?? 0;
      result[start + i * step] = after > before ? 1 : 0;
    }
  }
  return result;
}

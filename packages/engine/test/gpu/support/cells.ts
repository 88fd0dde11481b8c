/** Planes as the thumbnail's cells on the GPU. */
export function interleaved(...planes: readonly Float32Array[]): Float32Array {
  const cells = planes[0]?.length ?? 0;
  const all = new Float32Array(cells * 4);
  planes.forEach((plane, channel) => {
    plane.forEach((value, cell) => {
      all[cell * 4 + channel] = value;
    });
  });
  return all;
}

/** One channel of the thumbnail's cells. */
export function channelOf(cells: Float32Array, channel: number): Float32Array {
  return Float32Array.from({ length: cells.length / 4 }, (_, i) => cells[i * 4 + channel] ?? Number.NaN);
}

/** The largest difference of two lists; infinite if a value is NaN. */
export function furthest(actual: Float32Array, expected: Float32Array): number {
  let most = actual.length === expected.length ? 0 : Number.POSITIVE_INFINITY;
  expected.forEach((value, i) => {
    const distance = Math.abs((actual[i] ?? Number.NaN) - value);
    most = Math.max(most, Number.isNaN(distance) ? Number.POSITIVE_INFINITY : distance);
  });
  return most;
}

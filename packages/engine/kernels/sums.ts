// What kernels that sum over windows and neighbours share.

/** How many samples of a window of `radius` to both sides of `index` lie in `0..length - 1`. */
export function windowCount(index: i32, radius: i32, length: i32): i32 {
  return min(length - 1, index + radius) - max(0, index - radius) + 1;
}

/** The sums of eight 32-bit lanes in pairs of neighbours: four. */
export function addPairs(low: v128, high: v128): v128 {
  return i32x4.add(i32x4.shuffle(low, high, 0, 2, 4, 6), i32x4.shuffle(low, high, 1, 3, 5, 7));
}

/** Repeats the last sample of each row once, in the padding: an odd width's last column is its own neighbour. */
export function repeatLast(plane: usize, stride: i32, width: i32, rows: i32): void {
  plane += width;
  for (let row = 0; row < rows; row++) {
    store<u8>(plane, load<u8>(plane - 1));
    plane += stride;
  }
}

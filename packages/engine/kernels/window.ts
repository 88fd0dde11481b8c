/** How much of a window of `radius` to both sides of `index` lies in `0..length - 1`. */
export function windowCount(index: i32, radius: i32, length: i32): i32 {
  return min(length - 1, index + radius) - max(0, index - radius) + 1;
}

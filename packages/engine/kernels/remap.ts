// A map as seen through another rectangle. Defined by remap.reference.ts.
import { Rectangle } from './structs';

/** The source's centre before a position, and how far it is from there; clamped to the source. */
function firstOf(position: f32, length: i32): i32 {
  return max(0, min(length - 1, i32(floor(position))));
}

/**
 * A rectangle of a float plane at another size, by bilinear interpolation.
 *
 * @param region - In cells of the source; may reach outside.
 * @param target - Float plane of `targetWidth * targetHeight`; must not be the source.
 * @param outside - What target cells get whose centres lie outside the source.
 */
export function remap(
  source: usize,
  sourceWidth: i32,
  sourceHeight: i32,
  region: Rectangle,
  target: usize,
  targetWidth: i32,
  targetHeight: i32,
  outside: f32,
): void {
  const x = region.x;
  const y = region.y;
  const width = region.width;
  const height = region.height;
  const stepX = width / <f32>targetWidth;
  const stepY = height / <f32>targetHeight;
  for (let row = 0; row < targetHeight; row++) {
    const v = y + (<f32>row + 0.5) * stepY;
    const inRows = v >= 0 && v <= <f32>sourceHeight;
    const rowPosition = v - 0.5;
    const top = firstOf(rowPosition, sourceHeight);
    const down = max<f32>(0, min<f32>(1, rowPosition - <f32>top));
    const upper = source + 4 * top * sourceWidth;
    const lower = source + 4 * min(top + 1, sourceHeight - 1) * sourceWidth;
    for (let column = 0; column < targetWidth; column++) {
      const u = x + (<f32>column + 0.5) * stepX;
      let value = outside;
      if (inRows && u >= 0 && u <= <f32>sourceWidth) {
        const columnPosition = u - 0.5;
        const left = firstOf(columnPosition, sourceWidth);
        const right = min(left + 1, sourceWidth - 1);
        const along = max<f32>(0, min<f32>(1, columnPosition - <f32>left));
        const above = load<f32>(upper + 4 * left);
        const below = load<f32>(lower + 4 * left);
        const first = above + along * (load<f32>(upper + 4 * right) - above);
        const second = below + along * (load<f32>(lower + 4 * right) - below);
        value = first + down * (second - first);
      }
      store<f32>(target, value);
      target += 4;
    }
  }
}

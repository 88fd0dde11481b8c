// Light wrap: the background's light on the person's edge. Defined by light.reference.ts.
import { COLORS_START, colorRow, padColors } from './interpolation';

/** A cell of the background: four floats, Y, U, V and an unused one. */
const CELL: i32 = 16;

/** An openness of 1. */
const WHOLE: i16 = 32767;

/**
 * Light wrap: the background's light around the person's edge, for `compose`.
 *
 * @param cells - The background, out of focus: four floats a cell, Y, U, V in samples and an unused one.
 * @param openness - From `foreground`.
 * @param strength - 0..1: how much of a straight edge's colour a white background replaces.
 * @param black - The luma of black.
 * @param scale - 1 / (the luma of white - that of black).
 * @param target - Receives four planes, `colorsBytes(..., 4)` bytes.
 */
export function light(
  cells: usize,
  openness: usize,
  gridWidth: i32,
  gridHeight: i32,
  strength: f32,
  black: f32,
  scale: f32,
  target: usize,
): void {
  const rowBytes = colorRow(gridWidth);
  const planeBytes = rowBytes * gridHeight;
  target += COLORS_START;
  memory.fill(target, 0, 4 * planeBytes);
  for (let row = 0; row < gridHeight; row++) {
    for (let column = 0; column < gridWidth; column++) {
      // Far from the edge, inside and outside, there is none: most cells are, so that eight are looked at together.
      if (!(column & 7) && column + 8 <= gridWidth) {
        const eight = v128.load(openness + 2 * column);
        const some = i16x8.gt_s(eight, i16x8.splat(0));
        if (!v128.any_true(v128.and(some, i16x8.lt_s(eight, i16x8.splat(WHOLE))))) {
          column += 7;
          continue;
        }
      }
      const open = <f32>load<u16>(openness + 2 * column) * <f32>(2.0 / <f64>WHOLE);
      if (open === 0 || open === 2) continue;
      const cell = v128.load(cells + CELL * column);
      const brightness = min(max((f32x4.extract_lane(cell, 0) - black) * scale, 0), 1);
      const amount = strength * min(open * open, 1) * brightness;
      const inRange = f32x4.pmin(f32x4.splat(255), f32x4.pmax(f32x4.splat(0), cell));
      const colors = i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(inRange, f32x4.splat(amount * 128))));
      const at = target + 2 * column;
      store<u16>(at, <u16>i32x4.extract_lane(colors, 0));
      store<u16>(at + planeBytes, <u16>i32x4.extract_lane(colors, 1));
      store<u16>(at + 2 * planeBytes, <u16>i32x4.extract_lane(colors, 2));
      store<u16>(at + 3 * planeBytes, <u16>nearest(amount * 32767));
    }
    for (let plane = 0; plane < 4; plane++) padColors(target + plane * planeBytes, gridWidth);
    target += rowBytes;
    cells += CELL * gridWidth;
    openness += 2 * gridWidth;
  }
}

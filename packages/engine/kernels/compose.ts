// The person in their own colours over the background. Defined by compose.reference.ts.

import { copyRows } from './composite';
import {
  BLOCK,
  BLOCKS,
  COLORS_START,
  cellBefore,
  colorRow,
  HALF,
  LARGEST,
  LEFT,
  lerp,
  POINT,
  prepareBlocks,
  RIGHT,
  WEIGHT,
} from './interpolation';
import { Composition, Frame, Plane } from './structs';
import { BACKGROUND, FOREGROUND, MIXED, runEnd, TILE, tilesAlong } from './tiles';

const blocks: usize = memory.data(BLOCKS * BLOCK, 16);

/** Eight cells' values spread over a block of eight samples. */
function spread(row: usize, entry: usize): v128 {
  const cells = v128.load(row);
  const left = i8x16.swizzle(cells, v128.load(entry, LEFT));
  const right = i8x16.swizzle(cells, v128.load(entry, RIGHT));
  return lerp(left, right, v128.load(entry, WEIGHT));
}

/** 0..255 as multiples of 2^-15; 255 is nearly 1. */
function toShare(values: v128): v128 {
  return v128.or(i16x8.shl(values, 7), i16x8.shr_u(values, 1));
}

/** Within the samples' range. */
function clamped(values: v128): v128 {
  return i16x8.min_s(i16x8.max_s(values, i16x8.splat(0)), i16x8.splat(LARGEST));
}

/** Alphas of eight samples: as they are for luma, rounded means of four for chroma. */
function alphasOf(upper: usize, lower: usize, isChroma: bool): v128 {
  if (!isChroma) return v128.load_ext<u8>(upper);
  const sum = i16x8.add(
    i16x8.extadd_pairwise_i8x16_u(v128.load(upper)),
    i16x8.extadd_pairwise_i8x16_u(v128.load(lower)),
  );
  return i16x8.shr_u(i16x8.add(sum, i16x8.splat(2)), 2);
}

/** Whether any light falls onto a tile: one of the cells that it is interpolated from, or one beside them, has some. */
function isLit(
  amounts: usize,
  gridHeight: i32,
  rowBytes: i32,
  tileRow: i32,
  tileColumn: i32,
  shift: i32,
): bool {
  const perTile = 4 - shift;
  let some = i16x8.splat(0);
  const first = max(0, (tileRow << perTile) - 1);
  const last = min(gridHeight - 1, (tileRow + 1) << perTile);
  for (let row = first; row <= last; row++) {
    some = v128.or(some, v128.load(amounts + row * rowBytes + 2 * ((tileColumn << perTile) - 1)));
  }
  return v128.any_true(some);
}

function planeOf(frame: Frame, plane: i32): Plane {
  return plane === 0 ? frame.y : plane === 1 ? frame.u : frame.v;
}

/**
 * One plane of the person, in the colours that `foreground` found, over the background.
 *
 * @param plane - 0 for Y, 1 for U, 2 for V.
 * @param gain - What the person's samples are multiplied by, 0 to less than 2.
 * @param offset - What is added then, -255..255.
 */
export function compose(composition: Composition, plane: i32, gain: f32, offset: f32): void {
  const frame = composition.target;
  let foreground = planeOf(composition.foreground, plane).data;
  let background = planeOf(composition.background, plane).data;
  let target = planeOf(frame, plane).data;
  const stride = planeOf(frame, plane).stride;
  const width = frame.y.width;
  const height = frame.y.height;
  let alpha = composition.matte.mixture.data;
  let opacity = composition.matte.alpha.data;
  const alphaStride = composition.matte.alpha.stride;
  let tiles = composition.matte.tiles;
  const shift = composition.shift;
  const colors = composition.colors;
  const light = composition.light;
  const straight = composition.straight !== 0;
  const across = tilesAlong(width);
  const isChroma = plane > 0;
  const half = i32(isChroma);
  const side = TILE >> half;
  const planeHeight = (height + half) >> half;
  const gridWidth = (width + (1 << shift) - 1) >> shift;
  const gridHeight = (height + (1 << shift) - 1) >> shift;
  const rowBytes = colorRow(gridWidth);
  const planeBytes = rowBytes * gridHeight;
  const cellShift = shift - half;
  const cellSize = 1 << cellShift;
  const person = colors + COLORS_START + 2 * plane * planeBytes;
  const camera = person + planeBytes;
  const lightColor = light + COLORS_START + plane * planeBytes;
  const lightAmount = light + COLORS_START + 3 * planeBytes;
  const isGraded = gain !== 1 || offset !== 0;
  // Of half the samples, so that gains up to 2 do not overflow.
  const gains = i16x8.splat(<i16>nearest(gain * 16384));
  const offsets = i16x8.splat(<i16>nearest(offset * <f32>(1 << (POINT - 1))));
  const changesAll = isGraded || light !== 0;
  prepareBlocks(blocks, cellShift);

  for (let top = 0; top < planeHeight; top += side) {
    const tileRow = top / side;
    const rows = min(side, planeHeight - top);
    if (isChroma && width & 1) {
      // An odd width's last column is its own neighbour.
      for (let row = 0; row < min(TILE, height - 2 * top); row++) {
        const last = row * alphaStride + width - 1;
        store<u8>(alpha + last + 1, load<u8>(alpha + last));
        store<u8>(opacity + last + 1, load<u8>(opacity + last));
      }
    }
    let begin = 0;
    while (begin < across) {
      const kind = i32(load<u8>(tiles + begin));
      const end = runEnd(tiles, begin, across, kind);
      const x = begin * side;
      const bytes = (end - begin) * side;
      if (kind === BACKGROUND) copyRows(background + x, target + x, stride, bytes, rows);
      else if (kind === FOREGROUND && !changesAll) copyRows(foreground + x, target + x, stride, bytes, rows);
      else {
        const isMixed = kind === MIXED;
        const isEstimated = isMixed && colors !== 0;
        for (let block = x >> 3; block < (x + bytes) >> 3; block++) {
          if (
            !isMixed &&
            !isGraded &&
            !isLit(lightAmount, gridHeight, rowBytes, tileRow, (8 * block) / side, shift)
          ) {
            copyRows(foreground + 8 * block, target + 8 * block, stride, 8, rows);
            continue;
          }
          const entry = blocks + BLOCK * (block & (BLOCKS - 1));
          const firstCell = 2 * cellBefore(8 * block, cellShift);
          let row = 0;
          // From the centres of one row of cells to those of the next.
          while (row < rows) {
            const above = cellBefore(top + row, cellShift);
            const segmentEnd = min(rows, (above + 1) * cellSize + (cellSize >> 1) - top);
            const upperRow = max(above, 0) * rowBytes + firstCell;
            const lowerRow = min(above + 1, gridHeight - 1) * rowBytes + firstCell;
            let person0 = i16x8.splat(0);
            let person1 = person0;
            let camera0 = person0;
            let camera1 = person0;
            let amount0 = person0;
            let amount1 = person0;
            let color0 = person0;
            let color1 = person0;
            if (isEstimated) {
              person0 = spread(person + upperRow, entry);
              person1 = spread(person + lowerRow, entry);
              camera0 = spread(camera + upperRow, entry);
              camera1 = spread(camera + lowerRow, entry);
            }
            if (light) {
              amount0 = spread(lightAmount + upperRow, entry);
              amount1 = spread(lightAmount + lowerRow, entry);
              color0 = spread(lightColor + upperRow, entry);
              color1 = spread(lightColor + lowerRow, entry);
            }
            for (; row < segmentEnd; row++) {
              const distance = (2 * (top + row) + 1 - cellSize) & (2 * cellSize - 1);
              const down = i16x8.splat(<i16>(distance << (14 - cellShift)));
              const at = <usize>(row * stride + 8 * block);
              const alphaAt = <usize>((row << half) * alphaStride + ((8 * block) << half));
              // An odd height's last row is its own neighbour.
              const lower = isChroma && 2 * (top + row) + 1 < height ? alphaAt + alphaStride : alphaAt;
              let color = i16x8.shl(v128.load_ext<u8>(foreground + at), POINT);
              if (isEstimated) {
                const share = toShare(alphasOf(alpha + alphaAt, alpha + lower, isChroma));
                const f = lerp(person0, person1, down);
                const mixed = lerp(lerp(camera0, camera1, down), f, share);
                color = clamped(i16x8.add_sat_s(f, i16x8.q15mulr_sat_s(i16x8.sub(color, mixed), share)));
              }
              if (isGraded) {
                const halved = i16x8.add_sat_s(i16x8.q15mulr_sat_s(color, gains), offsets);
                color = i16x8.shl(
                  i16x8.min_s(i16x8.max_s(halved, i16x8.splat(0)), i16x8.splat(LARGEST / 2)),
                  1,
                );
              }
              if (light) {
                const amount = lerp(amount0, amount1, down);
                const added = i16x8.sub(lerp(color0, color1, down), i16x8.q15mulr_sat_s(color, amount));
                color = clamped(i16x8.add(color, added));
              }
              if (isMixed) {
                const behind = i16x8.shl(v128.load_ext<u8>(background + at), POINT);
                const shown = alphasOf(opacity + alphaAt, opacity + lower, isChroma);
                color = straight
                  ? v128.bitselect(color, behind, i16x8.ne(shown, i16x8.splat(0)))
                  : lerp(behind, color, toShare(shown));
              }
              const samples = i16x8.shr_u(i16x8.add(color, i16x8.splat(HALF)), POINT);
              v128.store64_lane(target + at, i8x16.narrow_i16x8_u(samples, samples), 0);
            }
          }
        }
      }
      begin = end;
    }
    foreground += side * stride;
    background += side * stride;
    target += side * stride;
    alpha += TILE * alphaStride;
    opacity += TILE * alphaStride;
    tiles += across;
  }
}

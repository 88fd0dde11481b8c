import type { YuvColor } from '../frame/color-space.js';
import type { FrameMemory } from '../frame/frame-memory.js';
import type { Kernels } from '../kernels/kernels.js';
import { cellCount } from '../kernels/layout.js';
import type { Block } from '../kernels/memory.js';
import type { Matte } from '../matting/matte.js';

/** Cells over a frame, each `2 ** shift` pixels wide and high: four floats: Y, U and V times a weight, and the weight. */
export interface ColorCells {
  readonly shift: number;
  /** In cells. */
  readonly width: number;
  /** In cells. */
  readonly height: number;
  readonly block: Block;
}

/** Allocates cells for frames of a size. */
export function allocateCells(
  kernels: Kernels,
  { width, height }: Pick<FrameMemory, 'width' | 'height'>,
  shift: number,
): ColorCells {
  const [across, down] = [cellCount(width, shift), cellCount(height, shift)];
  const block = kernels.memory.allocate(across * down * 4 * Float32Array.BYTES_PER_ELEMENT);
  return { shift, width: across, height: down, block };
}

/** Averages a frame in cells. The person is left out, so that they leave no halo. */
export function gatherCells(
  { exports }: Kernels,
  frame: FrameMemory,
  { mixture, tiles }: Pick<Matte, 'mixture' | 'tiles'>,
  { shift, block }: ColorCells,
): void {
  exports.blurGather(frame.descriptor, mixture.descriptor, tiles.pointer, shift, block.pointer);
}

/**
 * Upsamples the cells' colours to a frame.
 *
 * @param fallback - The colour where no camera background is near.
 * @param scratch - `blurSpreadScratch` bytes.
 */
export function spreadCells(
  { exports }: Kernels,
  cells: ColorCells,
  tiles: Block,
  fallback: YuvColor,
  scratch: Block,
  frame: FrameMemory,
): void {
  exports.blurSpread(
    cells.block.pointer,
    cells.shift,
    tiles.pointer,
    frame.descriptor,
    fallback.y,
    fallback.u,
    fallback.v,
    scratch.pointer,
  );
}

import { COLOR_BINS } from './layout.js';

/**
 * Bytes of scratch for `thumbnail` and `resize`: a vector for each source column, and what is known of each target column
 * and row.
 *
 * @param sourceWidth - Of the whole source plane.
 * @param targetWidth - In pixels.
 * @param targetHeight - In pixels.
 * @returns Bytes.
 */
export function resampleScratch(sourceWidth: number, targetWidth: number, targetHeight: number): number {
  return 256 + 16 * (sourceWidth + 32) + 32 * (targetWidth + 4) + 16 * (targetHeight + 4);
}

/**
 * Bytes of scratch for `motion`: the differences with a border, and the columns' counts.
 *
 * @param width - In pixels.
 * @param height - In pixels.
 * @returns Bytes.
 */
export function motionScratch(width: number, height: number): number {
  return 4 * (width + 16) * (height + 6);
}

/**
 * Bytes of scratch for `coefficients`: two vectors for each cell, and sums and means of a row.
 *
 * @param width - In cells.
 * @param height - In cells.
 * @param radius - Of the windows.
 * @returns Bytes.
 */
export function coefficientsScratch(width: number, height: number, radius: number): number {
  return 32 * (width * height + 4) + 64 * (2 * width + 2 * radius + 8) + 20 * (width + 4);
}

/**
 * Bytes of scratch for `matte`: for each column and for a tile's rows the cell before them and how far it is from there.
 *
 * @param frameWidth - Of the luma plane.
 * @returns Bytes.
 */
export function matteScratch(frameWidth: number): number {
  return 8 * (frameWidth + 16) + 256;
}

/**
 * Bytes of scratch for `blurBox`: four lines of cells twice, and the counts.
 *
 * @param gridWidth - In cells.
 * @param gridHeight - In cells.
 * @param radius - The larger one of the box, in cells.
 * @returns Bytes.
 */
export function blurBoxScratch(gridWidth: number, gridHeight: number, radius: number): number {
  return (2 * 64 + 4) * (Math.max(gridWidth, gridHeight) + 2 * radius + 8);
}

/**
 * Bytes of scratch for `bokeh`: the sums along each row, a row of nothing, and the disc.
 *
 * @param gridWidth - Of the cells that come out.
 * @param gridHeight - Of the cells that come out.
 * @param across - The disc's radius across, in cells.
 * @param down - Its radius downwards.
 * @returns Bytes.
 */
export function bokehScratch(gridWidth: number, gridHeight: number, across: number, down: number): number {
  const [columns, rows] = [Math.ceil(across + 0.5), Math.ceil(down + 0.5)];
  return 16 * ((gridWidth + 2 * columns + 1) * (gridHeight + 1) + rows + 1);
}

/**
 * Bytes of scratch for `blurSpread`: the cells' colours in 16 bits, two rows of them at full width (at up to 32 pixels
 * a cell), and how to interpolate.
 *
 * @param gridWidth - In cells.
 * @param gridHeight - In cells.
 * @returns Bytes.
 */
export function blurSpreadScratch(gridWidth: number, gridHeight: number): number {
  return 6 * (gridWidth + 16) * gridHeight + 128 * (gridWidth + 1) + 208;
}

/**
 * Bytes that `components` needs for what it writes: where the runs of each row end, and up to a run for every two cells.
 *
 * @param width - In cells.
 * @param height - In cells.
 * @returns Bytes.
 */
export function componentRuns(width: number, height: number): number {
  return height * (4 + 12 * Math.ceil(width / 2));
}

/**
 * Bytes of scratch for `weighColors`: two histograms.
 *
 * @returns Bytes.
 */
export function colorsScratch(): number {
  return 2 * 8 * COLOR_BINS;
}

/**
 * Bytes of scratch for `foreground`: two bytes for each tile, a row of column sums, and the cells.
 *
 * @param tiles - Number of tiles.
 * @param gridWidth - In cells.
 * @param gridHeight - In cells.
 * @returns Bytes.
 */
export function foregroundScratch(tiles: number, gridWidth: number, gridHeight: number): number {
  return 2 * tiles + 16 + 32 * (gridWidth + 4) + 32 * gridWidth * gridHeight;
}

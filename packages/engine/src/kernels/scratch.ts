/**
 * Bytes of scratch for `thumbnail` and `resize`: four source rows of floats side by side, and 16 bytes for each row and
 * column of the target.
 *
 * @param sourceWidth - Of the whole source plane.
 * @param targetWidth - In pixels.
 * @param targetHeight - In pixels.
 * @returns Bytes.
 */
export function resampleScratch(sourceWidth: number, targetWidth: number, targetHeight: number): number {
  return 16 * (sourceWidth + 16 + targetWidth + 4 + targetHeight + 4);
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
 * Bytes of scratch for `coefficients`.
 *
 * @param width - In cells.
 * @param height - In cells.
 * @param radius - Of the windows.
 * @returns Bytes.
 */
export function coefficientsScratch(width: number, height: number, radius: number): number {
  return 32 * width * height + 192 * (width + 2 * radius + 8);
}

/**
 * Bytes of scratch for `matte`: for each column the cell to the left and how far it is from there.
 *
 * @param frameWidth - Of the luma plane.
 * @returns Bytes.
 */
export function matteScratch(frameWidth: number): number {
  return 8 * (frameWidth + 16);
}

/**
 * Bytes of scratch for `blurBox`: four lines of cells twice, and the counts.
 *
 * @param gridWidth - In cells.
 * @param gridHeight - In cells.
 * @param radius - Of the box, in cells.
 * @returns Bytes.
 */
export function blurBoxScratch(gridWidth: number, gridHeight: number, radius: number): number {
  return (2 * 64 + 4) * (Math.max(gridWidth, gridHeight) + 2 * radius + 8);
}

/**
 * Bytes of scratch for `blurSpread`: the cells' means in 16 bits, and two rows at full width for each plane.
 *
 * @param gridWidth - In cells.
 * @param gridHeight - In cells.
 * @param frameWidth - Of the luma plane.
 * @returns Bytes.
 */
export function blurSpreadScratch(gridWidth: number, gridHeight: number, frameWidth: number): number {
  return 6 * (gridWidth + 16) * gridHeight + 8 * (frameWidth + 64) + 1024;
}

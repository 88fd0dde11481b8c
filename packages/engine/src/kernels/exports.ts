/**
 * A place in the kernels' memory, in bytes from its beginning. What the kernels take as a pointer is one of:
 *
 * - an 8-bit plane: begins at a multiple of 64, its stride is a multiple of 64 and at least its width. A kernel may read
 *   and write the padding of each row (its contents are undefined), and never touches what lies outside the rows;
 * - a 32-bit float plane: `width * height` floats without padding, begins at a multiple of 16. A kernel may read and
 *   write up to 64 bytes behind its end: every {@link Block} has that slack;
 * - tiles: one byte for each 16x16 luma pixels of a frame, row by row, see {@link KernelExports.classify};
 * - scratch: as many bytes as the formula of `scratch.ts` says, begins at a multiple of 16. Contents do not matter
 *   before and after.
 */
export type Pointer = number;

/**
 * What `kernels.wasm` exports. What each kernel computes is defined by the plain TypeScript beside its source,
 * `kernels/*.reference.ts`. Nothing is checked: a wrong pointer or size reads and writes wherever it leads, or traps with
 * a `WebAssembly.RuntimeError`.
 */
export interface KernelExports {
  /** The memory that all pointers point into. */
  readonly memory: WebAssembly.Memory;

  /** The first byte that the kernels do not use themselves. */
  heapBase(): Pointer;

  /** Counts the incompatible changes of this interface, see `KERNELS_VERSION`. */
  version(): number;

  /**
   * NV12's plane of alternating U and V into two planes.
   *
   * @param width - Of the chroma planes, in samples.
   * @param height - Of the chroma planes.
   */
  deinterleave(
    source: Pointer,
    sourceStride: number,
    u: Pointer,
    v: Pointer,
    stride: number,
    width: number,
    height: number,
  ): void;

  /**
   * Two chroma planes into NV12's plane of alternating U and V.
   *
   * @param width - Of the chroma planes, in samples.
   * @param height - Of the chroma planes.
   */
  interleave(
    u: Pointer,
    v: Pointer,
    stride: number,
    target: Pointer,
    targetStride: number,
    width: number,
    height: number,
  ): void;

  /** Exchanges left and right of an 8-bit plane, in place. */
  mirror(plane: Pointer, stride: number, width: number, height: number): void;

  /** Exchanges top and bottom of an 8-bit plane, in place. */
  turnOver(plane: Pointer, stride: number, width: number, height: number): void;

  /**
   * A rectangle of an 8-bit plane at another, usually much smaller size: the mean over a box as large as an output pixel,
   * or bilinear interpolation where the picture grows.
   *
   * @param x - Left edge of the rectangle in plane pixels, may be fractional; so `y`, `width`, `height`. What lies
   * outside the plane does not count.
   * @param target - Receives `targetWidth * targetHeight` floats in sample units, 0..255.
   * @param scratch - `resampleScratch` bytes.
   */
  thumbnail(
    source: Pointer,
    stride: number,
    planeWidth: number,
    planeHeight: number,
    x: number,
    y: number,
    width: number,
    height: number,
    target: Pointer,
    targetWidth: number,
    targetHeight: number,
    scratch: Pointer,
  ): void;

  /**
   * As {@link KernelExports.thumbnail}, into an 8-bit plane, rounded. A copy where the sizes are equal and the rectangle
   * is the whole plane.
   *
   * @param scratch - `resampleScratch` bytes.
   */
  resize(
    source: Pointer,
    sourceStride: number,
    sourceWidth: number,
    sourceHeight: number,
    x: number,
    y: number,
    width: number,
    height: number,
    target: Pointer,
    targetStride: number,
    targetWidth: number,
    targetHeight: number,
    scratch: Pointer,
  ): void;

  /**
   * Float planes of YUV (sample units, all of the same size) into interleaved RGB for a network. The coefficients are
   * those of `yuvToRgb`.
   *
   * @param rotation - 0, 90, 180 or 270 degrees clockwise; at 90 and 270 the output is `height` wide and `width` high.
   * @param low - What a component of 0 becomes.
   * @param high - What a component of 1 becomes.
   * @param target - Receives `width * height * 3` floats.
   */
  tensor(
    y: Pointer,
    u: Pointer,
    v: Pointer,
    width: number,
    height: number,
    rotation: number,
    yOffset: number,
    yScale: number,
    rv: number,
    gu: number,
    gv: number,
    bu: number,
    low: number,
    high: number,
    target: Pointer,
  ): void;

  /**
   * Gives the reference the exposure and white balance of a plane, in place, by a robust fit of gain and offset. A change
   * that no camera's exposure makes from one frame to the next leaves it as it is.
   *
   * @param plane - Float plane in sample units, so `reference`.
   * @param count - Number of floats in each.
   * @param centre - What a gain leaves as it is: 0 for luma, 128 for chroma.
   */
  matchExposure(plane: Pointer, reference: Pointer, count: number, centre: number): void;

  /**
   * How much each pixel's surroundings differ from a reference: the 5x5 mean of the absolute difference in luma or in
   * chroma, whichever is larger, 0..1.
   *
   * @param y - The picture: float planes `y`, `u`, `v` in sample units; so the reference.
   * @param state - Float plane: where it is negative, nothing counts as changed.
   * @param target - Float plane; must not be one of the inputs.
   * @param scratch - `motionScratch` bytes.
   * @returns The mean absolute difference in luma, 0..1.
   */
  motion(
    y: Pointer,
    u: Pointer,
    v: Pointer,
    referenceY: Pointer,
    referenceU: Pointer,
    referenceV: Pointer,
    state: Pointer,
    target: Pointer,
    width: number,
    height: number,
    scratch: Pointer,
  ): number;

  /**
   * The value that a share of all values lie below, to within `top / 512`, from about 4096 of them.
   *
   * @param values - Float plane of `count` values from 0 to `top`; what lies outside counts as the nearest.
   * @param share - 0..1.
   */
  quantile(values: Pointer, count: number, share: number, top: number): number;

  /**
   * Lets the state follow the confidence, with a gain between `floor` and `ceiling` by the activity: where there is motion
   * by `smoothstep(low, high, motion)`, where there just was (`hold` of the last frame's), and where the confidence has
   * stayed away from the state by `smoothstep(driftLow, driftHigh, |drift|)`. A negative state becomes the confidence.
   *
   * @param confidence - Float plane, 0..1.
   * @param motion - Float plane, as `motion` gives it.
   * @param state - Float plane, 0..1 or negative: unknown. Written.
   * @param drift - Float plane: the running mean of confidence minus state, which takes in `rate` of each frame. Written.
   * @param activity - Float plane, 0..1. Written.
   * @param count - Number of floats in each of them.
   */
  temporal(
    confidence: Pointer,
    motion: Pointer,
    state: Pointer,
    drift: Pointer,
    activity: Pointer,
    count: number,
    floor: number,
    ceiling: number,
    low: number,
    high: number,
    hold: number,
    rate: number,
    driftLow: number,
    driftHigh: number,
  ): void;

  /**
   * `target += gain * (source - target)`, the gain between `floor` and 1 by the activity. Where that is 1, it does not matter
   * what the target was.
   *
   * @param count - Number of floats in each of the three planes.
   */
  follow(source: Pointer, activity: Pointer, target: Pointer, count: number, floor: number): void;

  /** 1 if each of `count` floats is a number and none infinite, else 0. */
  allFinite(map: Pointer, count: number): 0 | 1;

  /** `smoothstep(low, high, x)` of `count` floats, exactly 0 up to `low` and exactly 1 from `high`. In place is fine. */
  curve(source: Pointer, target: Pointer, count: number, low: number, high: number): void;

  /**
   * Counts the colours of a quarter of a map's cells: those of the person and those of the room.
   *
   * @param y - The picture: float planes `y`, `u`, `v` in sample units, of the map's size.
   * @param map - Confidences, 0..1.
   * @param phase - Which quarter, 0..3.
   * @param low - Up to here a cell is the room's.
   * @param high - From here it is the person's.
   * @param histogram - `COLOR_BINS * 2` floats, added to.
   */
  countColors(
    y: Pointer,
    u: Pointer,
    v: Pointer,
    map: Pointer,
    width: number,
    height: number,
    phase: number,
    low: number,
    high: number,
    histogram: Pointer,
  ): void;

  /**
   * How much more each colour is the person's than the room's.
   *
   * @param weights - Receives `COLOR_BINS` floats.
   * @param decay - What the counts are multiplied by afterwards, 0..1.
   * @param floor - Added to the relative frequencies.
   * @param limit - How much more likely one of the two can be at most, from 1.
   * @param scratch - `colorsScratch` bytes.
   */
  weighColors(
    histogram: Pointer,
    weights: Pointer,
    decay: number,
    floor: number,
    limit: number,
    scratch: Pointer,
  ): void;

  /**
   * Multiplies the odds of each value between `low` and `high` with the weight of its colour; the others stay. In place
   * is fine.
   */
  applyColors(
    y: Pointer,
    u: Pointer,
    v: Pointer,
    map: Pointer,
    target: Pointer,
    count: number,
    low: number,
    high: number,
    weights: Pointer,
  ): void;

  /**
   * The connected parts of the cells above a threshold (`above` 1) or of the others (0), up to `MAX_COMPONENTS`.
   *
   * @param runs - `componentRuns` bytes; receives which cells belong to which part, for `fillComponents`.
   * @param table - Receives five 32-bit numbers for each part: area, left, top, right, bottom (the last inside).
   * @returns How many parts there are.
   */
  components(
    map: Pointer,
    width: number,
    height: number,
    threshold: number,
    above: 0 | 1,
    runs: Pointer,
    table: Pointer,
  ): number;

  /**
   * Sets the cells of parts to a value each.
   *
   * @param runs - As `components` left them.
   * @param values - A float for each part; a negative one leaves its cells as they are.
   */
  fillComponents(map: Pointer, width: number, height: number, runs: Pointer, values: Pointer): void;

  /**
   * A rectangle of a float plane at another size, by bilinear interpolation.
   *
   * @param x - Left edge of the rectangle in cells of the source, may be fractional and outside; so `y`, `width`, `height`.
   * @param target - Float plane of `targetWidth * targetHeight`; must not be the source.
   * @param outside - What target cells get whose centres lie outside the source.
   */
  remap(
    source: Pointer,
    sourceWidth: number,
    sourceHeight: number,
    x: number,
    y: number,
    width: number,
    height: number,
    target: Pointer,
    targetWidth: number,
    targetHeight: number,
    outside: number,
  ): void;

  /**
   * Two opinions as one: the mean of their log-odds. In place is fine.
   *
   * @param count - Number of floats in each.
   * @param leads - 1 if the first one counts more, 5/8 against 3/8; 0 if both count the same.
   * @param doubt - Values are taken as `doubt .. 1 - doubt`.
   */
  agree(first: Pointer, second: Pointer, target: Pointer, count: number, leads: 0 | 1, doubt: number): void;

  /** A float plane at half the size, rounded up: 2x2 means. */
  halve(source: Pointer, width: number, height: number, target: Pointer): void;

  /**
   * The guided filter's coefficients, guide in colour.
   *
   * @param y - The guide: float planes `y`, `u`, `v` in sample units.
   * @param p - What is to be filtered, 0..1.
   * @param radius - Of the box windows, 1 to 8 cells.
   * @param epsilon - Regularisation for a guide in 0..1, above 0; at least 1e-6 is sensible in 32-bit floats.
   * @param target - Receives four floats a cell, aY, aU, aV and b: `q = aY * Y + aU * U + aV * V + b` for samples 0..255.
   * @param scratch - `coefficientsScratch` bytes.
   */
  coefficients(
    y: Pointer,
    u: Pointer,
    v: Pointer,
    p: Pointer,
    width: number,
    height: number,
    radius: number,
    epsilon: number,
    target: Pointer,
    scratch: Pointer,
  ): void;

  /**
   * Sorts the 16x16 tiles of a frame: 0 where the matte is surely 0, 255 where it is surely 1, 1 (mixed) elsewhere.
   *
   * @param p - Float plane of `gridWidth * gridHeight` cells that spans the rectangle, usually the region of interest.
   * @param x - Left edge of the rectangle in luma pixels, may be fractional; so `y`, `width`, `height`. Outside the matte
   * is 0.
   * @param gridWidth - At most 4096.
   * @param reach - How many cells further a cell of `p` can have an influence (the guided filter's: two radii).
   * @param tiles - Receives one byte a tile.
   */
  classify(
    p: Pointer,
    gridWidth: number,
    gridHeight: number,
    frameWidth: number,
    frameHeight: number,
    x: number,
    y: number,
    width: number,
    height: number,
    reach: number,
    tiles: Pointer,
  ): void;

  /**
   * Marks the tiles of a matte that was made elsewhere: 0 and 255 where it is just that everywhere, 1 elsewhere.
   *
   * @param tiles - Receives one byte a tile.
   */
  markTiles(alpha: Pointer, stride: number, width: number, height: number, tiles: Pointer): void;

  /**
   * The matte at full size: in mixed tiles the guided filter's coefficients, interpolated and applied to the frame, then
   * `smoothstep(low, high)`; the other tiles filled with 0 or 255. Mixed tiles that come out flat are marked so.
   *
   * @param y - The frame: 8-bit planes `y`, `u`, `v`.
   * @param coefficients - Of `gridWidth * gridHeight` cells that span the rectangle.
   * @param left - Left edge of the rectangle in luma pixels, may be fractional; so `top`, `width`, `height`.
   * @param scratch - `matteScratch` bytes.
   */
  matte(
    y: Pointer,
    u: Pointer,
    v: Pointer,
    strideY: number,
    strideC: number,
    frameWidth: number,
    frameHeight: number,
    coefficients: Pointer,
    gridWidth: number,
    gridHeight: number,
    left: number,
    top: number,
    width: number,
    height: number,
    tiles: Pointer,
    low: number,
    high: number,
    alpha: Pointer,
    alphaStride: number,
    scratch: Pointer,
  ): void;

  /**
   * Calms the matte over time, in place: each alpha goes from its previous value towards the new one, by at least 1/255.
   * Flat tiles that stay what they are are skipped; the tiles are marked anew.
   *
   * @param previous - Of the alpha's stride: the result of the frame before. Becomes this one's.
   * @param previousTiles - Likewise. Where all are marked mixed, `previous` need not agree with them.
   * @param activity - Float plane of `gridWidth * gridHeight` cells, 0..1, that spans the rectangle. Where it is 1, and outside
   * the rectangle, the new alpha is taken as it is.
   * @param x - Left edge of the rectangle in luma pixels, may be fractional; so `y`, `width`, `height`.
   * @param floor - The gain at rest, of 256: a whole number, 1 to 255.
   * @param low - A change of alpha, of 255, up to which it may be noise.
   * @param slope - By how much of 255 the gain rises for each step beyond: a whole number, 0 to 255.
   */
  steady(
    alpha: Pointer,
    stride: number,
    previous: Pointer,
    tiles: Pointer,
    previousTiles: Pointer,
    frameWidth: number,
    frameHeight: number,
    activity: Pointer,
    gridWidth: number,
    gridHeight: number,
    x: number,
    y: number,
    width: number,
    height: number,
    floor: number,
    low: number,
    slope: number,
  ): void;

  /**
   * A mask without soft edges: 255 where the nearest cell of `p` is at least `threshold`, 0 elsewhere and outside the
   * rectangle. Marks the tiles.
   */
  hardMask(
    p: Pointer,
    gridWidth: number,
    gridHeight: number,
    frameWidth: number,
    frameHeight: number,
    x: number,
    y: number,
    width: number,
    height: number,
    threshold: number,
    alpha: Pointer,
    alphaStride: number,
    tiles: Pointer,
  ): void;

  /**
   * Makes the edges of a matte softer by the means of squares of `2 * radius + 1` pixels, and marks the tiles anew.
   *
   * @param mixture - What is made softer; `stride` is that of `alpha`, too.
   * @param radius - 1 to 16 pixels.
   * @param alpha - Receives the softer matte; must be another plane.
   * @param scratch - A byte for each tile.
   */
  soften(
    mixture: Pointer,
    stride: number,
    tiles: Pointer,
    width: number,
    height: number,
    radius: number,
    alpha: Pointer,
    scratch: Pointer,
  ): void;

  /**
   * The foreground's luma over the background's. `target` may be `foreground` or `background` itself; tiles that are
   * already right are then left alone.
   *
   * @param stride - Of foreground, background and target.
   */
  compositeLuma(
    foreground: Pointer,
    background: Pointer,
    target: Pointer,
    stride: number,
    alpha: Pointer,
    alphaStride: number,
    tiles: Pointer,
    width: number,
    height: number,
  ): void;

  /**
   * One of the foreground's chroma planes over the background's. `target` may be `foreground` or `background` itself.
   *
   * @param stride - Of foreground, background and target.
   * @param width - Of the luma plane.
   * @param height - Of the luma plane.
   */
  compositeChroma(
    foreground: Pointer,
    background: Pointer,
    target: Pointer,
    stride: number,
    alpha: Pointer,
    alphaStride: number,
    tiles: Pointer,
    width: number,
    height: number,
  ): void;

  /**
   * The colours of person and room around the person's edge.
   *
   * @param alpha - How much of each pixel is the person's.
   * @param shift - 2 to 4: cells are `2 ** shift` luma pixels wide.
   * @param radius - Of the wide window, 1 to 10 cells.
   * @param hold - How much the colours are held to the means of the wide window; above 0.
   * @param colors - Receives six planes of colours, `colorsBytes(..., 6)` bytes: Y of person and room, then U, then V. They
   * are defined for cells in tiles next to which (or in which) one is mixed.
   * @param openness - Receives how much of the wide window around each cell is not the person's: 16 bits each, 32767 is all;
   * 0 for cells far from any edge. 0 (no pointer) if nobody wants to know.
   * @param scratch - `foregroundScratch` bytes.
   */
  foreground(
    y: Pointer,
    u: Pointer,
    v: Pointer,
    strideY: number,
    strideC: number,
    width: number,
    height: number,
    alpha: Pointer,
    alphaStride: number,
    tiles: Pointer,
    shift: number,
    radius: number,
    hold: number,
    colors: Pointer,
    openness: Pointer,
    scratch: Pointer,
  ): void;

  /**
   * The light that the new place throws around the person's edge, for {@link KernelExports.compose}.
   *
   * @param cells - The place, out of focus: four floats a cell, Y, U, V in samples and one that does not count.
   * @param openness - From {@link KernelExports.foreground}.
   * @param strength - 0..1: how much light of a white place takes a straight edge's place.
   * @param black - The luma of black.
   * @param scale - 1 / (the luma of white - that of black).
   * @param target - Receives four planes, `colorsBytes(..., 4)` bytes.
   */
  light(
    cells: Pointer,
    openness: Pointer,
    gridWidth: number,
    gridHeight: number,
    strength: number,
    black: number,
    scale: number,
    target: Pointer,
  ): void;

  /**
   * One plane of the person, in the colours that {@link KernelExports.foreground} found, over the background.
   *
   * @param stride - Of foreground, background and target.
   * @param alpha - How much of each pixel is the person's.
   * @param opacity - How much of the person is shown; may be `alpha` itself.
   * @param width - Of the luma plane.
   * @param height - Of the luma plane.
   * @param plane - 0 for Y, 1 for U, 2 for V.
   * @param shift - As the colours were made with.
   * @param colors - From {@link KernelExports.foreground}; 0 to take the foreground's samples as they are.
   * @param gain - What the person's samples are multiplied by, 0 to less than 2.
   * @param offset - What is added then, -255..255.
   * @param light - Four planes, `colorsBytes(..., 4)` bytes: the amount of light times its Y, U and V, and the amount; 0 for
   * none.
   * @param straight - Whether the person's samples are written as they are wherever the opacity is not 0.
   */
  compose(
    foreground: Pointer,
    background: Pointer,
    target: Pointer,
    stride: number,
    alpha: Pointer,
    opacity: Pointer,
    alphaStride: number,
    tiles: Pointer,
    width: number,
    height: number,
    plane: number,
    shift: number,
    colors: Pointer,
    gain: number,
    offset: number,
    light: Pointer,
    straight: boolean,
  ): void;

  /**
   * The blur's first step: the background's means in cells of `2 ** shift` luma pixels.
   *
   * @param shift - 1 to 5.
   * @param cells - Receives four floats for each of `ceil(width / 2 ** shift) * ceil(height / 2 ** shift)` cells: Y, U, V
   * (sample units, times weight) and weight, the mean of 1 - alpha.
   */
  blurGather(
    y: Pointer,
    u: Pointer,
    v: Pointer,
    strideY: number,
    strideC: number,
    width: number,
    height: number,
    alpha: Pointer,
    alphaStride: number,
    tiles: Pointer,
    shift: number,
    cells: Pointer,
  ): void;

  /**
   * The blur's second step: three passes of a box filter in both directions, in place.
   *
   * @param gridWidth - In cells.
   * @param gridHeight - In cells.
   * @param radius - In cells, from 1; half a box without its middle cell.
   * @param scratch - `blurBoxScratch` bytes.
   */
  blurBox(cells: Pointer, gridWidth: number, gridHeight: number, radius: number, scratch: Pointer): void;

  /**
   * What bokeh does in the place of the blur's second step: weighs cells by the light that they stand for, joins them by fours, and
   * averages over a disc.
   *
   * @param fine - Cells as {@link KernelExports.blurGather} gives them.
   * @param radius - Of the disc, in cells of the output, from 1.
   * @param black - The luma that is black, in samples.
   * @param scale - 1 over how far white is from there.
   * @param cells - Receives `ceil(fineWidth / 2) * ceil(fineHeight / 2)` cells for {@link KernelExports.blurSpread}.
   * @param scratch - `bokehScratch` bytes.
   */
  bokeh(
    fine: Pointer,
    fineWidth: number,
    fineHeight: number,
    radius: number,
    black: number,
    scale: number,
    cells: Pointer,
    scratch: Pointer,
  ): void;

  /**
   * The blur's third step: the cells' means (the fallback colour where hardly any background is near) interpolated to
   * full size. What the planes contain in tiles marked 255 is undefined afterwards.
   *
   * @param shift - As in {@link KernelExports.blurGather}.
   * @param width - Of the luma plane.
   * @param height - Of the luma plane.
   * @param scratch - `blurSpreadScratch` bytes.
   */
  blurSpread(
    cells: Pointer,
    gridWidth: number,
    gridHeight: number,
    shift: number,
    tiles: Pointer,
    y: Pointer,
    u: Pointer,
    v: Pointer,
    strideY: number,
    strideC: number,
    width: number,
    height: number,
    fallbackY: number,
    fallbackU: number,
    fallbackV: number,
    scratch: Pointer,
  ): void;

  /**
   * A picture over black as I420. For R, G, B in 0..255 after multiplication with alpha:
   * `Y = yOffset + yr R + yg G + yb B`, `U = 128 + ur R + ug G + ub B`, `V = 128 + vr R + vg G + vb B`.
   *
   * @param rgba - `width * height * 4` bytes without padding, with the slack of a {@link Block} behind it.
   */
  rgbaToI420(
    rgba: Pointer,
    width: number,
    height: number,
    y: Pointer,
    u: Pointer,
    v: Pointer,
    strideY: number,
    strideC: number,
    yOffset: number,
    yr: number,
    yg: number,
    yb: number,
    ur: number,
    ug: number,
    ub: number,
    vr: number,
    vg: number,
    vb: number,
  ): void;

  /**
   * Another matrix or range, in place: `Y' = yy Y + yu U + yv V + y0`, `U' = uu U + uv V + u0`, `V' = vu U + vv V + v0`,
   * all in 8-bit samples.
   */
  recolor(
    y: Pointer,
    u: Pointer,
    v: Pointer,
    strideY: number,
    strideC: number,
    width: number,
    height: number,
    yy: number,
    yu: number,
    yv: number,
    y0: number,
    uu: number,
    uv: number,
    u0: number,
    vu: number,
    vv: number,
    v0: number,
  ): void;
}

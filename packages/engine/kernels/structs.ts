// What is passed to the kernels by pointer. Each struct is declared here alone: scripts/kernels.mjs makes the TypeScript class
// that writes it. Fields have four bytes each.

/** A plane of 8-bit samples. */
@unmanaged
export class Plane {
  /** The first sample. */
  data: usize;
  /** Bytes from one row to the next. */
  stride: i32;
  /** In samples. */
  width: i32;
  /** In samples. */
  height: i32;
}

/** A frame in I420: chroma planes have half the size of luma, rounded up, and one stride. */
@unmanaged
export class Frame {
  y: Plane;
  u: Plane;
  v: Plane;
}

/** A matte: two planes of the frame's size and one stride, which may be the same plane, and the tiles' classification. */
@unmanaged
export class Matte {
  /** How much of the person is shown. */
  alpha: Plane;
  /** How much of each pixel is the person's. */
  mixture: Plane;
  /** One byte for each tile: 0 or 255 where alpha and mixture are that everywhere, 1 elsewhere. */
  tiles: usize;
}

/** A rectangle; may be fractional, and lie outside of what it is a part of. */
@unmanaged
export class Rectangle {
  /** The left edge. */
  x: f32;
  /** The top edge. */
  y: f32;
  width: f32;
  height: f32;
}

/** Cells over a rectangle of a frame. */
@unmanaged
export class Grid {
  /** In cells. */
  width: i32;
  /** In cells. */
  height: i32;
  /** In luma pixels. */
  region: Rectangle;
}

/** A small copy of a frame's region: float planes of one size, in sample units. */
@unmanaged
export class Guide {
  y: usize;
  u: usize;
  v: usize;
  width: i32;
  height: i32;
}

/** The coefficients of `yuvToRgb`. */
@unmanaged
export class YuvToRgb {
  yOffset: f32;
  yScale: f32;
  rv: f32;
  gu: f32;
  gv: f32;
  bu: f32;
}

/**
 * For R, G, B in 0..255: `Y = yOffset + yr R + yg G + yb B`, `U = 128 + ur R + ug G + ub B`,
 * `V = 128 + vr R + vg G + vb B`.
 */
@unmanaged
export class RgbToYuv {
  yOffset: f32;
  yr: f32;
  yg: f32;
  yb: f32;
  ur: f32;
  ug: f32;
  ub: f32;
  vr: f32;
  vg: f32;
  vb: f32;
}

/** In 8-bit samples: `Y' = yy Y + yu U + yv V + y0`, `U' = uu U + uv V + u0`, `V' = vu U + vv V + v0`. */
@unmanaged
export class YuvToYuv {
  yy: f32;
  yu: f32;
  yv: f32;
  y0: f32;
  uu: f32;
  uv: f32;
  u0: f32;
  vu: f32;
  vv: f32;
  v0: f32;
}

/** What the temporal filter knows of each cell: float planes of one size. */
@unmanaged
export class TemporalPlanes {
  /** The filtered confidence, 0..1; negative without history. */
  state: usize;
  /** How much the cell has changed recently, 0..1. */
  activity: usize;
  /** The mean log-odds since the cell has looked as it does. */
  evidence: usize;
  /** For how many frames it has. */
  age: usize;
  /** The mean log-odds of the last frames. */
  recent: usize;
  /** 1 if the cell counts as the person, otherwise -1. */
  label: usize;
  /** What the cell looked like when it was surely the background. */
  placeY: usize;
  placeU: usize;
  placeV: usize;
  /** Its evidence then; 0 if it never was. */
  placeEvidence: usize;
}

/** How the temporal filter learns; `MEMORY` in src/matting/constants.ts says what the numbers are. */
@unmanaged
export class TemporalRule {
  low: f32;
  high: f32;
  hold: f32;
  luma: f32;
  chroma: f32;
  replaced: f32;
  recalled: f32;
  background: f32;
  young: f32;
  mature: f32;
  longest: f32;
  slowest: f32;
  first: f32;
  floor: f32;
  ceiling: f32;
  near: f32;
  far: f32;
  unsure: f32;
  sure: f32;
  unchanged: f32;
  changed: f32;
  surely: f32;
  rate: f32;
  turn: f32;
  turnFar: f32;
  turnSure: f32;
  gone: f32;
  goneRecent: f32;
  goneEvidence: f32;
  held: f32;
}

/** Where an edge is drawn without the frame's colours: the guided filter trusts them from `low` to `high`. */
@unmanaged
export class EdgeFallback {
  /** The contrast of both sides, 0..1, up to which their colours tell nothing. */
  low: f32;
  /** From here on they tell all. */
  high: f32;
  /** The mean of the map below which is the background, */
  outer: f32;
  /** and above which is the person, without the colours. */
  inner: f32;
}

/** What `compose` puts together. */
@unmanaged
export class Composition {
  foreground: Frame;
  background: Frame;
  /** Receives the result; of the same size and strides. */
  target: Frame;
  matte: Matte;
  /** 2 to 4: colours and light are in cells of `2 ** shift` luma pixels. */
  shift: i32;
  /** From `foreground`; 0 to take the foreground's samples as they are. */
  colors: usize;
  /** From `light`; 0 for none. */
  light: usize;
  /** Not 0: the person's samples are written as they are wherever alpha is not 0. */
  straight: i32;
}

/**
 * The constants of matting, shared by both backends. They come from a study on keyed and hand-labelled images and clips;
 * `docs/matting.md` says how they work together.
 */

/**
 * The noise level of the thumbnail, below which motion is ignored: a quantile of the motion of all cells, followed over
 * time. Usually only a minority of cells really moves.
 */
export const NOISE = {
  /** The share of cells below it. */
  share: 0.3,
  /** The gain with which it rises per frame: a pan does not last. */
  rise: 0.05,
  /** The gain with which it falls per frame. */
  fall: 0.2,
  /** Motion above this is not resolved. */
  top: 1 / 16,
} as const;

/** Motion in terms of noise. Motion is the mean difference to the filtered thumbnail in luma or chroma, 0..1. */
export const MOTION = {
  /** A cell is at rest up to this many times the noise. */
  factor: 2,
  /** But at least up to this, */
  least: 0.004,
  /** and at most up to this. */
  most: 0.06,
  /** This far above that limit it moves for certain. */
  span: 0.025,
} as const;

/** How the thumbnail is filtered over time, by the activity of each cell. */
export const TEMPORAL = {
  /** The share of a cell's activity that remains in the next frame. */
  hold: 0.7,
  /** The thumbnail's gain at activity 0; it is 1 at activity 1. */
  reference: 0.25,
} as const;

/** The state of a cell without history. */
export const UNKNOWN = -1;

/**
 * The memory of each cell, in log-odds (evidence) and frames (age): see `temporal` in kernels/temporal.reference.ts. From a study
 * of 29 clips.
 */
export const MEMORY = {
  /** Another appearance begins above this activity, */
  replaced: 0.3,
  /** and is that of the place if the cell's evidence was below this when it looked so. */
  background: -1,
  /** The age of a cell whose place is recalled. */
  recalled: 40,
  /** A cell younger than this follows the present; only an older one becomes a place. */
  young: 8,
  /** From this age on a cell keeps its side by all of `held`. */
  mature: 24,
  /** The least gain of an older cell. */
  slowest: 1 / 240,
  /** The largest gain by age of a young cell. */
  first: 0.3,
  /** The gain of a young cell at activity 0 */
  floor: 0.08,
  /** and at activity 1. The remaining tenth is below what the curve before the guided filter lets through. */
  ceiling: 0.9,
  /** The change of colour, 1 being another appearance, between which activity counts for little and for much. */
  near: 0.3,
  far: 0.9,
  /** The log-odds between which the network is unsure and sure. */
  unsure: 1.5,
  sure: 3.5,
  /** The gain of an older, active cell without a change of colour, */
  unchanged: 0.05,
  /** what a change of colour adds, */
  changed: 0.15,
  /** and what it adds where the network is sure. */
  surely: 0.7,
  /** The gain of the recent evidence. */
  rate: 0.15,
  /** The gain where the recent evidence has this sign for sure and is this far from the evidence. */
  turn: 0.12,
  turnFar: 5,
  turnSure: 3,
  /** The gain where the recent evidence is surely the background's and the evidence is not. */
  gone: 0.15,
  goneRecent: -4.7,
  goneEvidence: -2,
  /** The evidence at which a cell changes sides, and by which its state leans to its side. */
  held: 2,
} as const;

/** The largest difference within one appearance, in sample units. */
export const APPEARANCE = {
  /** In luma at least, */
  least: 5,
  /** at most, */
  most: 14,
  /** and in between this many times the noise level. */
  factor: 3,
  /** In both chroma planes together. */
  chroma: 5,
} as const;

/** The camera moves for sure if so many cells do; it counts as moving from `some` on, by a ramp. */
export const CAMERA = {
  some: 0.45,
  sure: 0.75,
  /** The largest age while the camera is at rest, */
  longest: 240,
  /** and while it moves: appearances belong to no cell for long. */
  moving: 6,
} as const;

/** How alpha is filtered over time at full size, in integers. */
export const STEADY = {
  /** The gain at rest, of 256. */
  floor: 77,
  /** A change of alpha, of 255, up to which it may be camera noise. */
  low: 36,
  /** By how much of 255 the gain rises for each step beyond: it is 1 from a change of 121. */
  slope: 3,
} as const;

/** A frame is the first of a new scene if its luma, exposure compensated, differs from the filtered thumbnail by more than this on average, 0..1. */
export const SCENE_CHANGE_DIFFERENCE = 0.12;

/** After a longer gap than this, in microseconds, earlier frames are forgotten. */
export const MAX_GAP = 500_000;

/** Whether a frame does not continue the previous one, by their times in microseconds. */
export function isJump(timestamp: number, before: number): boolean {
  return timestamp <= before || timestamp > before + MAX_GAP;
}

/** The contrast curve before the guided filter: it steepens the network's soft ramps and saturates its certainties. */
export const PRE_CURVE = { low: 0.2, high: 0.9 } as const;

/** The largest likelihood ratio of a colour between person and camera background (e^3). */
const COLOR_LIMIT = 20;

/** The colour models of person and camera background; see `colors.ts`. */
export const COLORS = {
  /** Up to this confidence a cell's colour belongs to the camera background, */
  low: 0.1,
  /** from this one on to the person. */
  high: 0.9,
  /** The share of the histograms that remains for the next frame. */
  decay: 0.9,
  /** Added to the relative frequencies, so that a rare colour has little weight. */
  floor: 2e-5,
  limit: COLOR_LIMIT,
  /** Only confidences between these can get between the ends of the contrast curve: all others stay as they are. */
  undecided: {
    low: timesOdds(PRE_CURVE.low, COLOR_LIMIT ** -0.5),
    high: timesOdds(PRE_CURVE.high, COLOR_LIMIT ** 0.5),
  },
} as const;

/** Islands and holes: see `islands.ts`. */
export const ISLANDS = {
  /** Cells above this confidence form islands. */
  threshold: 0.2,
  /** An island smaller than this share of the largest one is cleared. */
  island: 0.01,
  /** So is one that is connected with the person only by cells below this confidence, as a veil over the camera background is, */
  bridge: 0.5,
  /** unless it is no further away than this many cells, as a strand of hair is. */
  near: 16,
  /** Enclosed cells below this confidence are a hole. */
  hollow: 0.8,
  /** A hole smaller than this share of the largest island is filled. */
  hole: 0.003,
  /** So is one up to this share, */
  doubtfulHole: 0.012,
  /** the more, the higher its mean confidence: a real gap has a lower one. */
  doubt: { low: 0.35, high: 0.5 },
  /** But not if the colour models leave less than this share of the confidence: then the colours are the camera background's. */
  agreement: 0.9,
} as const;

/** The guided filter (He, Sun, Tang 2013) on a grid of half the network's size. */
export const GUIDED = {
  /** Half a window without its middle, in cells. */
  radius: 2,
  /** Regularisation for a guide in 0..1. */
  epsilon: 1e-4,
} as const;

/** Where the guided filter takes the edge from the map alone: see `coefficients` in kernels/guided.reference.ts. */
export const EDGE_FALLBACK = {
  /** The contrast of both sides, of 1, up to which their colours tell nothing, */
  low: 4 / 255,
  /** and from which they tell all. */
  high: 12 / 255,
  /** The mean of the map between which the edge lies then. */
  outer: 0.3,
  inner: 0.7,
} as const;

/** The contrast curve after the guided filter. */
export const POST_CURVE = { low: 0.1, high: 0.9 } as const;

/** From this confidence on a pixel belongs to the hard mask. */
export const HARD_THRESHOLD = 0.5;

/** A probability with its odds multiplied by a factor. */
function timesOdds(probability: number, factor: number): number {
  const odds = (probability / (1 - probability)) * factor;
  return odds / (1 + odds);
}

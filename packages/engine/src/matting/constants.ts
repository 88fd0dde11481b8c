/**
 * The numbers of the matte, shared by every way to compute it. They come from a study on keyed and hand-labelled
 * pictures and clips; `docs/matting.md` says how they work together.
 */

/**
 * The level of the picture's noise, which tells what motion is: a quantile of all cells' motion, followed over time. The
 * cells that really move are usually the fewer ones.
 */
export const NOISE = {
  /** Which share of the cells lies below it. */
  share: 0.3,
  /** How much of a higher level is taken in from one frame to the next: a pan does not last. */
  rise: 0.05,
  /** How much of a lower level is. */
  fall: 0.2,
  /** Higher levels of motion are not told apart. */
  top: 1 / 16,
} as const;

/** Motion in terms of noise. Motion is a mean difference to the calmed picture in luma or chroma, 0..1. */
export const MOTION = {
  /** A cell is at rest up to this many times the noise. */
  factor: 2,
  /** But never only below this, */
  least: 0.004,
  /** nor above this. */
  most: 0.06,
  /** So much above the limit of rest it moves for certain. */
  span: 0.025,
} as const;

/** How confidence and picture are followed over time, by the activity of each cell. */
export const TEMPORAL = {
  /** The confidence's gain where nothing is active. */
  floor: 0.08,
  /** The confidence's gain where all is. The tenth that stays behind is less than the curve before the guided filter lets through. */
  ceiling: 0.9,
  /** How much of a cell's activity is left in the next frame. */
  hold: 0.7,
  /** The picture's gain where nothing is active; it is 1 where all is. */
  picture: 0.25,
} as const;

/** The state of a cell of which nothing is known. */
export const UNKNOWN = -1;

/** When the confidence has changed for good though nothing moves: by the running mean of how far it is from the state. */
export const DRIFT = {
  /** How much of a frame the mean takes in. */
  rate: 0.2,
  /** Up to this the confidence only wavers: a single frame brings it no further than 0.2. */
  low: 0.15,
  /** From this on it has changed. */
  high: 0.45,
} as const;

/** How alpha follows over time at full size, in whole numbers. */
export const STEADY = {
  /** The gain at rest, of 256. */
  floor: 77,
  /** A change of alpha, of 255, up to which it may be the camera's noise. */
  low: 36,
  /** By how much of 255 the gain rises for each step beyond: it is 1 from a change of 121. */
  slope: 3,
} as const;

/** A frame whose luma differs from the picture so far by more than this on average, 0..1, exposure apart, is another scene. */
export const SCENE_CHANGE_DIFFERENCE = 0.12;

/** A frame that comes later than this after the one before, in microseconds, tells nothing of it. */
export const MAX_GAP = 500_000;

/** Whether a frame has nothing to do with the one before, by their times in microseconds. */
export function isJump(timestamp: number, before: number): boolean {
  return timestamp <= before || timestamp > before + MAX_GAP;
}

/** The contrast curve before the guided filter: makes the network's soft ramps steep and its certainties exact. */
export const PRE_CURVE = { low: 0.2, high: 0.9 } as const;

/** A colour can be so many times likelier the person's or the room's at most (e^3). */
const COLOR_LIMIT = 20;

/** What the person's colours and the room's tell; see `colors.ts`. */
export const COLORS = {
  /** Up to this confidence a cell's colour is the room's, */
  low: 0.1,
  /** from this one on the person's. */
  high: 0.9,
  /** How much of what was counted remains for the next frame. */
  decay: 0.9,
  /** Added to the relative frequencies, so that a colour hardly seen says little. */
  floor: 2e-5,
  limit: COLOR_LIMIT,
  /** Only what lies between these can come within the contrast curve's ends: everything else may stay as it is. */
  undecided: {
    low: timesOdds(PRE_CURVE.low, COLOR_LIMIT ** -0.5),
    high: timesOdds(PRE_CURVE.high, COLOR_LIMIT ** 0.5),
  },
} as const;

/** Specks: see `islands.ts`. */
export const ISLANDS = {
  /** Cells of more confidence than this hang together. */
  threshold: 0.2,
  /** An island smaller than this share of the largest one is cleared. */
  island: 0.01,
  /** So is one that hangs together with the person by cells of less than this confidence only, as a veil over the room does, */
  bridge: 0.5,
  /** unless it is no further away than so many cells, as a strand of hair. */
  near: 16,
  /** Cells of less confidence than this are a hole, if they are enclosed. */
  hollow: 0.8,
  /** A hole smaller than this share of the largest island is filled. */
  hole: 0.003,
  /** So is one up to this share, */
  doubtfulHole: 0.012,
  /** the more the higher its mean confidence: where the room is seen through a gap, the network is surer of it. */
  doubt: { low: 0.35, high: 0.5 },
  /** But not if less than this share of the confidence is left by the colours: then they are the room's. */
  agreement: 0.9,
} as const;

/** The guided filter (He, Sun, Tang 2013) on a grid of half the network's size. */
export const GUIDED = {
  /** Half a window without its middle, in cells. */
  radius: 2,
  /** Regularisation for a guide in 0..1. */
  epsilon: 1e-4,
} as const;

/** The contrast curve after the guided filter. */
export const POST_CURVE = { low: 0.1, high: 0.9 } as const;

/** From which confidence a pixel belongs to the hard mask. */
export const HARD_THRESHOLD = 0.5;

/** A probability whose odds are so many times those of another. */
function timesOdds(probability: number, factor: number): number {
  const odds = (probability / (1 - probability)) * factor;
  return odds / (1 + odds);
}

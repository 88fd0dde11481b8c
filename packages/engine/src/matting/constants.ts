/**
 * The numbers of the matte, shared by every way to compute it. They come from a study on keyed and hand-labelled
 * pictures and clips; `docs/matting.md` says how they work together.
 */

/** How the matte follows the confidence over time: `gain = floor + (1 - floor) smoothstep(low, high, motion)`. */
export const TEMPORAL = {
  /** The gain where nothing moves. */
  floor: 0.08,
  /** Mean luma difference, 0..1, below which a pixel's surroundings are at rest. */
  low: 0.008,
  /** Mean luma difference, 0..1, from which the new confidence is taken as it is. */
  high: 0.035,
} as const;

/** A frame whose luma differs from the one before by more than this on average, 0..1, is another scene. */
export const CUT_DIFFERENCE = 0.12;

/** A frame that comes later than this after the one before, in microseconds, tells nothing of it. */
export const MAX_GAP = 500_000;

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
  /** A colour can be so many times likelier the person's or the room's at most (e^3). */
  limit: 20,
} as const;

/** Specks: see `islands.ts`. */
export const ISLANDS = {
  /** Cells of more confidence than this hang together. */
  threshold: 0.2,
  /** An island smaller than this share of the largest one is cleared. */
  island: 0.01,
  /** Cells of less confidence than this are a hole, if they are enclosed. */
  hollow: 0.8,
  /** A hole smaller than this share of the largest island is filled. */
  hole: 0.003,
} as const;

/** The contrast curve before the guided filter: makes the network's soft ramps steep and its certainties exact. */
export const PRE_CURVE = { low: 0.2, high: 0.9 } as const;

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

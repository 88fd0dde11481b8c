/** The constants of segmentation, shared by both backends. `docs/matting.md` says where they come from. */

/** The region of interest (ROI): the rectangle around the people that the networks get as their input. */
export const REGION = {
  /** From this confidence on a cell counts as a person when the ROI is placed. */
  threshold: 0.5,
  /** A connected component smaller than this share of the largest one is not followed. */
  significant: 0.2,
  /** The initial margin on each side, as a share of the bounding box's width and height. */
  margin: 0.1,
  /** The margin for people who move. */
  movingMargin: 0.13,
  /** The ROI grows at once when the margin on a side falls below this. */
  leastMargin: 0.09,
  /** The ROI shrinks when it has been too large by this share of its area for `patience` frames. */
  slack: 0.2,
  patience: 15,
  /** A person who touches an edge of the ROI (confidence above `touch` within `reach` cells) extends beyond it. */
  touch: 0.3,
  reach: 3,
  /** How near a side, as a share of the map, the bounding box must be for confidence at that side to belong to a person. */
  near: 0.15,
  /** By which share of its size the ROI grows on such a side. */
  extension: 0.25,
  /** Frames between two surveys of the whole frame, which find people who came in or were lost. */
  interval: 30,
  /** If the person found in the ROI has less than this share of the area in the last survey, the square network has lost them. */
  collapsed: 0.6,
  /** The square network is not used if it finds less than this share of the area that the landscape network finds. */
  blind: 0.35,
} as const;

/**
 * The closer look at parts of the frame, where the whole of it shows nobody: see `closer-look.ts`. Measured with ten people 160 to
 * 480 pixels wide in recordings of a screen of 1280x720, and 30 screens without anybody.
 */
export const CLOSER = {
  /** Microseconds between two looks in live video. */
  interval: 1_000_000,
  /** The share of a part, and the mean confidence of both networks fused, from which on there may be a person. */
  least: 0.005,
  likely: 0.8,
  /** What is added around them for the second look, as a share of their size on each side. */
  margin: 0.25,
  /** The share of that region and the mean confidence from which on it is a person. */
  share: 0.1,
  confirmed: 0.85,
  /** The smaller of the shares that both networks see must be this part of the larger one. */
  agreement: 0.6,
  /** A survey of the whole frame has found somebody for sure from this mean confidence of both networks fused on. */
  sure: 0.7,
  /** The same where only the landscape network has found them. */
  sureAlone: 0.9,
} as const;

/** Which of the two networks runs on which region: see `roi-selection.ts`. */
export const SELECTION = {
  /** People fill the frame if both networks see them in more than this share of it. */
  fills: 0.85,
  /** From this aspect ratio (width / height) on, the landscape network distorts a region less than the square one. */
  wide: 1.4,
  /** How far beyond `wide` the aspect ratio must be for a change of network, so that it does not oscillate. */
  hysteresis: 0.08,
} as const;

/** How the outputs of two networks become one map: a weighted mean of their log-odds. */
export const FUSION = {
  /** Confidences are clamped to `doubt` .. 1 - `doubt` first. */
  doubt: 1e-4,
  /** The weight of the network that the selection prefers; the CPU kernel `fuse` computes it from square roots. */
  lead: 5 / 8,
} as const;

/**
 * How far rounding (of half floats, on a GPU) may take a confidence out of 0..1; `gpu/confidence.wgsl` has the same. What lies
 * further outside is no confidence: the frame fails, because a matte from it could show the camera background.
 */
export const ROUNDING = 0.001;

/**
 * The largest logit that is taken for one: 2^24, where a float no longer tells neighbouring logits apart. Networks give
 * tens.
 */
export const LARGEST_LOGIT = 2 ** 24;

/**
 * With quality `lowest` the network skips a frame only if that follows the previous one within this time, in microseconds:
 * in more time people move away from where they were found, and the camera background would show there.
 */
export const LONGEST_REST = 50_000;

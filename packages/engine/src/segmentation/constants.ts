/**
 * The numbers of finding people, shared by every way to compute it. They come from the study and the throw-away
 * laboratory of which `docs/matting.md` tells.
 */

/** The region of interest: the rectangle around the people that the network looks at closely. */
export const REGION = {
  /** From which confidence a cell counts as a person when the region is laid around them. */
  threshold: 0.5,
  /** A part of the map that is smaller than this share of the largest is no person to follow. */
  significant: 0.2,
  /** What is added on each side at first, as a share of the people's width and height. */
  margin: 0.1,
  /** What is added for people who move. */
  movingMargin: 0.13,
  /** The region follows at once when less of that is left on a side. */
  leastMargin: 0.09,
  /** The region shrinks when it has been larger than needed, by this share of its area, for `patience` frames. */
  slack: 0.2,
  patience: 15,
  /** A person who touches an edge of the region (confidence `touch` within `reach` cells) has more of themself behind it. */
  touch: 0.3,
  reach: 3,
  /** How near a side, as a share of the map, people must be for what touches it to be theirs. */
  near: 0.15,
  /** By how much of its size the region is extended on such a side. */
  extension: 0.25,
  /** After so many frames the whole frame is looked at again, for who came in and for what was lost. */
  interval: 30,
  /** A person found in the region with less than this share of the area that the first look gave has been lost by the network. */
  collapsed: 0.6,
  /** The square network is not asked about people of whom it found less than this share of what the landscape one did. */
  blind: 0.35,
} as const;

/** Which of two networks looks, and where: see `view.ts`. */
export const VIEW = {
  /** People whose region, as each of the networks sees them, is more than this share of the frame fill it. */
  fills: 0.85,
  /** Width over height of a region from which the landscape network sees people less distorted than the square one. */
  wide: 1.4,
  /** Where both networks are asked, neither is taken to be surer than this. */
  doubt: 1e-4,
  /** How much the opinion of the one that the rule prefers counts then; `kernels/opinions.ts` takes it by roots. */
  lead: 5 / 8,
  /** By how much a region must be beyond that for a change, so that it does not swing to and fro. */
  hysteresis: 0.08,
} as const;

/**
 * The network of the rung `lowest` rests only on a frame that comes so soon after the one before, in microseconds: in more
 * time people move away from where they were found, and the room would show there.
 */
export const LONGEST_REST = 50_000;

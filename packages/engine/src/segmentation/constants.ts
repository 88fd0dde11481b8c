/**
 * The numbers of finding people, shared by every way to compute it. They come from the study behind `docs/matting.md`
 * and from `bench/quality`.
 */

/** The region of interest: the rectangle around the people that the network looks at closely. */
export const REGION = {
  /** From which confidence a cell counts as a person when the region is laid around them. */
  threshold: 0.5,
  /** A part of the map that is smaller than this share of the largest is no person to follow. */
  significant: 0.2,
  /** What is added on each side, as a share of the people's width and height. */
  margin: 0.13,
  /** The region follows at once when a person eats more than this share of a side's margin. */
  eaten: 0.25,
  /** The region shrinks when it has been larger than needed, by this share of its area, for `patience` frames. */
  slack: 0.2,
  patience: 15,
  /** A person who touches an edge of the region (confidence `touch` within `reach` cells) has more of themself behind it. */
  touch: 0.3,
  reach: 3,
  /** By how much of its size the region is extended on such a side. */
  extension: 0.25,
  /** After so many frames the whole frame is looked at again, for who came in and for what was lost. */
  interval: 30,
  /** A person found in the region with less than this share of the area that the first look gave has been lost by the network. */
  collapsed: 0.6,
} as const;

/** Which of two networks looks, and where: see `view.ts`. */
export const VIEW = {
  /** A region of more than this share of the frame is not worth cutting out. */
  fills: 0.85,
  /** Width over height of a region from which the landscape network sees people less distorted than the square one. */
  wide: 1.4,
  /** Where both networks are asked, the share of the one that suits the region better. */
  leadShare: 0.6,
  /** How much the region must differ from what led to the present choice, so that it does not swing to and fro. */
  hysteresis: 0.08,
} as const;

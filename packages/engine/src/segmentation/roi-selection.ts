import { SELECTION } from './constants.js';
import { type Region, wholeOf } from './region.js';

/** The two networks: one that sees the picture as landscape, one that sees it as a square. */
export type Network = 'landscape' | 'square';

/** Which network looks, and at what. */
export interface RoiSelection {
  readonly network: Network;
  readonly region: Region;
}

/**
 * Chooses how to look at people.
 *
 * Both networks were made for people before a webcam. Cutting a region out helps the more the smaller the people are in
 * the frame; where they fill one that is not upright, it takes away surroundings that the landscape network makes good use
 * of, and gains nothing. A region is stretched to the network's shape, so a wide one (two people, spread arms) is for the landscape
 * network and an upright one for the square network.
 *
 * @param region - Where people are; none if that is not known.
 * @param fills - Whether people fill the frame.
 * @param frame - The frame's size, as stored.
 * @param sideways - Whether the frame is stored on its side.
 * @param before - The view of the frame before, if there is one; it is kept in case of doubt.
 */
export function selectRoi(
  region: Region | undefined,
  fills: boolean,
  frame: Pick<Region, 'width' | 'height'>,
  sideways: boolean,
  before: RoiSelection | undefined,
): RoiSelection {
  if (!region || (fills && aspectOf(frame, sideways) >= 1)) {
    const isWhole = before && before.region.width === frame.width && before.region.height === frame.height;
    return selection('landscape', isWhole ? before.region : wholeOf(frame), before);
  }
  const sway = before?.network === 'landscape' ? -SELECTION.hysteresis : SELECTION.hysteresis;
  const wide = SELECTION.wide * (1 + (before ? sway : 0));
  return selection(aspectOf(region, sideways) >= wide ? 'landscape' : 'square', region, before);
}

/** A view, the one before if it is the same: nothing is allocated while nothing changes. */
function selection(network: Network, region: Region, before: RoiSelection | undefined): RoiSelection {
  return before?.network === network && before.region === region ? before : { network, region };
}

/** Width over height of a region when the frame is upright. */
export function aspectOf({ width, height }: Pick<Region, 'width' | 'height'>, sideways: boolean): number {
  return sideways ? height / width : width / height;
}

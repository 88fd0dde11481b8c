import { SELECTION } from './constants.js';
import { type Region, wholeOf } from './region.js';

/** The two networks, by the shape of their inputs. */
export type Network = 'landscape' | 'square';

/** Which network runs on which region. */
export interface RoiSelection {
  readonly network: Network;
  readonly region: Region;
}

/**
 * Selects the network and its region.
 *
 * Both networks were trained for people in front of a webcam. A crop helps the more, the smaller the people are in the frame;
 * if they fill a frame that is not in portrait format, it only removes surroundings that the landscape network makes good use
 * of. A region is stretched to the network's shape, so a wide one (two people, spread arms) suits the landscape network, an
 * upright one the square network.
 *
 * @param region - The region of interest; none while it is unknown.
 * @param fills - Whether people fill the frame.
 * @param frame - The frame's size, as stored.
 * @param sideways - Whether the frame is stored on its side.
 * @param before - The selection of the previous frame, if there is one; it is kept within the hysteresis.
 * @param pixelAspect - Width over height of the frame's pixels, as stored.
 */
export function selectRoi(
  region: Region | undefined,
  fills: boolean,
  frame: Pick<Region, 'width' | 'height'>,
  sideways: boolean,
  before: RoiSelection | undefined,
  pixelAspect = 1,
): RoiSelection {
  if (!region || (fills && aspectOf(frame, sideways, pixelAspect) >= 1)) {
    const isWhole = before && before.region.width === frame.width && before.region.height === frame.height;
    return selection('landscape', isWhole ? before.region : wholeOf(frame), before);
  }
  const sway = before?.network === 'landscape' ? -SELECTION.hysteresis : SELECTION.hysteresis;
  const wide = SELECTION.wide * (1 + (before ? sway : 0));
  return selection(aspectOf(region, sideways, pixelAspect) >= wide ? 'landscape' : 'square', region, before);
}

/** A selection; the previous object if it is the same, so that nothing is allocated while nothing changes. */
function selection(network: Network, region: Region, before: RoiSelection | undefined): RoiSelection {
  return before?.network === network && before.region === region ? before : { network, region };
}

/** Width over height of a region when the frame is displayed upright. */
export function aspectOf(
  { width, height }: Pick<Region, 'width' | 'height'>,
  sideways: boolean,
  pixelAspect = 1,
): number {
  const stored = (width * pixelAspect) / height;
  return sideways ? 1 / stored : stored;
}

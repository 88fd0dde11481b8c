import { VIEW } from './constants.js';
import { coverage, type Region, wholeOf } from './region.js';

/** The two networks: one that sees the picture as landscape, one that sees it as a square. */
export type Network = 'landscape' | 'square';

/** Which network looks, and at what. */
export interface View {
  readonly network: Network;
  readonly region: Region;
}

/**
 * Chooses how to look at people.
 *
 * Both networks were made for people before a webcam. Cutting a region out helps the more the smaller the people are in
 * the frame; where they fill it, it takes away surroundings that the landscape network makes good use of, and gains
 * nothing. A region is stretched to the network's shape, so a wide one (two people, spread arms) is for the landscape
 * network and an upright one for the square network.
 *
 * @param region - Where people are; none if that is not known.
 * @param frame - The frame's size, as stored.
 * @param sideways - Whether the frame is stored on its side.
 * @param before - The view of the frame before, which is kept in case of doubt.
 */
export function chooseView(
  region: Region | undefined,
  frame: Pick<Region, 'width' | 'height'>,
  sideways: boolean,
  before: View,
): View {
  const isWhole = before.region.width === frame.width && before.region.height === frame.height;
  const fills = VIEW.fills * (isWhole ? 1 - VIEW.hysteresis : 1);
  if (!region || coverage(region, frame) >= fills) {
    const whole = isWhole ? before.region : wholeOf(frame);
    return view(aspectOf(frame, sideways) >= 1 || !region ? 'landscape' : 'square', whole, before);
  }
  const wide = VIEW.wide * (before.network === 'landscape' ? 1 - VIEW.hysteresis : 1);
  return view(aspectOf(region, sideways) >= wide ? 'landscape' : 'square', region, before);
}

/** A view, the one before if it is the same: nothing is allocated while nothing changes. */
function view(network: Network, region: Region, before: View): View {
  return before.network === network && before.region === region ? before : { network, region };
}

/** Width over height of a region when the frame is upright. */
export function aspectOf({ width, height }: Pick<Region, 'width' | 'height'>, sideways: boolean): number {
  return sideways ? height / width : width / height;
}

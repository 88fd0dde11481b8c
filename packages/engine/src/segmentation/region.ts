/** A rectangle of a frame, in luma pixels as stored. */
export interface Region {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A map of cells over a region. */
export interface Grid {
  /** In cells. */
  readonly width: number;
  /** In cells. */
  readonly height: number;
  /** The part of the frame that it covers. */
  readonly region: Region;
}

/** What is added to a region on each side, as shares of its size. */
export interface Margins {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** The whole of a frame. */
export function wholeOf({ width, height }: Pick<Region, 'width' | 'height'>): Region {
  return { x: 0, y: 0, width, height };
}

/** Whether two regions are the same. */
export function isSame(a: Region, b: Region): boolean {
  return a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height;
}

/** The smallest region that contains both. */
export function union(a: Region, b: Region): Region {
  const x = Math.min(a.x, b.x);
  const y = Math.min(a.y, b.y);
  return {
    x,
    y,
    width: Math.max(a.x + a.width, b.x + b.width) - x,
    height: Math.max(a.y + a.height, b.y + b.height) - y,
  };
}

/**
 * Enlarges a region within the frame, with edges on whole chroma samples.
 *
 * @param region - The region.
 * @param margins - What to add, as shares of its width and height.
 * @param frame - The frame's size.
 */
export function widen(region: Region, margins: Margins, frame: Pick<Region, 'width' | 'height'>): Region {
  const x = even(Math.max(0, region.x - margins.left * region.width), Math.floor);
  const y = even(Math.max(0, region.y - margins.top * region.height), Math.floor);
  const right = region.x + region.width * (1 + margins.right);
  const bottom = region.y + region.height * (1 + margins.bottom);
  return {
    x,
    y,
    width: Math.min(frame.width, even(right, Math.ceil)) - x,
    height: Math.min(frame.height, even(bottom, Math.ceil)) - y,
  };
}

/** The same margin on all sides. */
export function evenly(margin: number): Margins {
  return { left: margin, top: margin, right: margin, bottom: margin };
}

/** The share of a frame that a region covers, 0..1. */
export function coverage(region: Region, frame: Pick<Region, 'width' | 'height'>): number {
  return (region.width * region.height) / (frame.width * frame.height);
}

function even(value: number, round: (value: number) => number): number {
  return 2 * round(value / 2);
}

/** A part of a picture, in pixels. */
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A strip of the room where nobody ever is, full of sharp edges, and its luma: by this the room is known. */
export interface Landmark extends Rectangle {
  /** `width * height`, row by row. */
  readonly luma: readonly number[];
}

/** From how much of the room's edges on a frame shows the room. A blurred room has hardly any. */
const SEEN = 0.5;

/**
 * How much of the room's sharp edges is in a picture: its horizontal differences projected on the room's. 1 for the room
 * itself, about 0 for anything else.
 *
 * @param luma - Of the same rectangle in a frame.
 * @param landmark - As the camera shows it.
 */
export function roomIn(luma: ArrayLike<number>, { luma: room, width }: Landmark): number {
  let [product, square] = [0, 0];
  for (let i = 0; i < room.length; i++) {
    if (i % width === width - 1) continue;
    const step = (room[i + 1] ?? 0) - (room[i] ?? 0);
    product += step * ((luma[i + 1] ?? 0) - (luma[i] ?? 0));
    square += step * step;
  }
  return square === 0 ? 0 : product / square;
}

/** Whether what {@link roomIn} told means that the camera's own picture of the room was shown. */
export function isRaw(share: number): boolean {
  return share >= SEEN;
}

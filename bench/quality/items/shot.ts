import type { Frame } from '@elsewhere/engine';
import type { Size } from './scale.js';
import { frameToRgb } from './yuv.js';

/** When a frame is shown. */
interface Instant {
  /** Its index in the item, from 0. */
  readonly index: number;
  /** In microseconds. */
  readonly time: number;
}

/** What may be known about a frame besides the frame itself. */
export interface Known {
  /** R, G, B of each pixel, if the frame was converted from RGB. */
  readonly rgb?: Uint8Array;
  /** Luma of the scene without the camera's noise. */
  readonly luma?: Uint8Array;
}

/** A frame at scoring size. */
export class Shot {
  /** Its index in the item, from 0. */
  readonly index: number;
  /** The timestamp, in microseconds. */
  readonly time: number;
  /** The frame, as from a camera: I420 without padding. */
  readonly frame: Frame;
  readonly #known: Known;
  #rgb: Uint8Array | undefined;

  /**
   * @param moment - The index and the timestamp.
   */
  constructor({ index, time }: Instant, frame: Frame, known: Known = {}) {
    this.index = index;
    this.time = time;
    this.frame = frame;
    this.#known = known;
  }

  /** Its width and height. */
  get size(): Size {
    return this.frame;
  }

  /** R, G, B of each pixel. */
  get rgb(): Uint8Array {
    this.#rgb ??= this.#known.rgb ?? frameToRgb(this.frame);
    return this.#rgb;
  }

  /** Luma, one per pixel, without the camera's noise if that is known. */
  get luma(): Uint8Array {
    return this.#known.luma ?? this.frame.planes[0]?.data ?? new Uint8Array();
  }
}

/** A shot with the ground truth of its matte. */
export class LabelledShot extends Shot {
  /** The true alpha, 0..255, one per pixel. */
  readonly truth: Uint8Array;
  /** R, G, B of the person alone, straight, if known exactly. */
  readonly foreground: Uint8Array | undefined;

  /**
   * @param truth - The true alpha.
   * @param foreground - The person's own colours, if known.
   */
  constructor(instant: Instant, frame: Frame, truth: Uint8Array, known: Known = {}, foreground?: Uint8Array) {
    super(instant, frame, known);
    this.truth = truth;
    this.foreground = foreground;
  }
}

/** A shot with the ground truth of frames before and after. */
export interface Moment {
  readonly shot: LabelledShot;
  /** The true alpha `shift` frames ago (`-shift` frames later); `undefined` beyond the ends of the item. */
  readonly truthAgo: (shift: number) => Uint8Array | undefined;
}

/**
 * Yields each shot with the ground truth of frames before and after.
 *
 * @param shots - The shots, in order.
 * @param before - For how many frames the ground truth is kept.
 * @param after - How many frames are read ahead.
 */
export async function* withNeighbours(
  shots: AsyncIterable<LabelledShot>,
  before: number,
  after: number,
): AsyncGenerator<Moment> {
  const past: Uint8Array[] = [];
  const coming: LabelledShot[] = [];
  const moment = (shot: LabelledShot): Moment => ({
    shot,
    truthAgo: (shift) =>
      shift > 0 ? past[past.length - shift] : shift === 0 ? shot.truth : coming[-shift - 1]?.truth,
  });
  function* advance(): Generator<Moment> {
    const shot = coming.shift();
    if (!shot) return;
    yield moment(shot);
    past.push(shot.truth);
    if (past.length > before) past.shift();
  }
  for await (const shot of shots) {
    coming.push(shot);
    if (coming.length > after) yield* advance();
  }
  while (coming.length > 0) yield* advance();
}

import type { Frame } from '@elsewhere/engine';
import type { Size } from './scale.js';
import { frameToRgb } from './yuv.js';

/** What may be known of a frame beside the frame itself. */
export interface Known {
  /** R, G, B of each pixel, where the frame was made of them. */
  readonly rgb?: Uint8Array;
  /** Luma of the scene without the camera's noise. */
  readonly luma?: Uint8Array;
  /** R, G, B of the person alone, straight, where they are known exactly. */
  readonly foreground?: Uint8Array;
}

/** One frame to make a matte of, at scoring size, with its truth. */
export class Shot {
  /** Its place in the item, from 0. */
  readonly index: number;
  /** In microseconds. */
  readonly time: number;
  /** What a camera would give: I420 without padding. */
  readonly frame: Frame;
  /** True alpha, 0..255, one a pixel. */
  readonly truth: Uint8Array;
  readonly #known: Known;
  #rgb: Uint8Array | undefined;

  /**
   * @param moment - Which frame it is and when.
   * @param frame - The frame.
   * @param truth - Its true alpha.
   * @param known - What else is known.
   */
  constructor(
    { index, time }: { readonly index: number; readonly time: number },
    frame: Frame,
    truth: Uint8Array,
    known: Known = {},
  ) {
    this.index = index;
    this.time = time;
    this.frame = frame;
    this.truth = truth;
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

  /** Luma, one a pixel, of the scene without the camera's noise where that is known. */
  get luma(): Uint8Array {
    return this.#known.luma ?? this.frame.planes[0]?.data ?? new Uint8Array();
  }

  /** R, G, B of the person alone, where they are known exactly. */
  get foreground(): Uint8Array | undefined {
    return this.#known.foreground;
  }
}

/** A shot and the truth around it. */
export interface Moment {
  readonly shot: Shot;
  /** The true alpha as it was `shift` frames ago (`-shift` frames later); `undefined` beyond the item's ends. */
  readonly truthAgo: (shift: number) => Uint8Array | undefined;
}

/**
 * Gives each shot together with the truth around it.
 *
 * @param shots - In their order.
 * @param before - How many frames back the truth is kept.
 * @param after - How many frames ahead it is read.
 */
export async function* lookAround(
  shots: AsyncIterable<Shot>,
  before: number,
  after: number,
): AsyncGenerator<Moment> {
  const past: Uint8Array[] = [];
  const coming: Shot[] = [];
  const moment = (shot: Shot): Moment => ({
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

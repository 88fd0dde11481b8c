import type { Kernels } from '../kernels/kernels.js';
import type { Block } from '../kernels/memory.js';
import { motionScratch } from '../kernels/scratch.js';
import { isSame } from '../segmentation/region.js';
import { remap } from '../segmentation/remap.js';
import type { Thumbnail } from '../segmentation/thumbnail.js';
import { DRIFT, MOTION, NOISE, SCENE_CHANGE_DIFFERENCE, TEMPORAL, UNKNOWN } from './constants.js';
import type { Guide } from './guided.js';

const FLOAT = Float32Array.BYTES_PER_ELEMENT;

/**
 * Filters confidence and thumbnail over time: they change only where the thumbnail moves more than its noise, or where the
 * confidence has changed permanently.
 *
 * The history of each cell is in float planes of the thumbnail's size: `state`, `activity`, the drift and the three of
 * `reference`. A cell with a negative state has no history: the next frame initialises it, whatever the other planes contain.
 */
export class TemporalFilter {
  /** The filtered confidence, 0..1; negative without history. */
  readonly state: Block;
  /** How much each cell has changed recently, 0 (at rest) to 1 (not filtered). */
  readonly activity: Block;
  /** The filtered thumbnail, in the exposure of the last frame. */
  readonly reference: { -readonly [Key in keyof Guide]: Guide[Key] };
  readonly #kernels: Kernels;
  /** The running mean of the confidence's distance to the state. */
  readonly #drift: Block;
  readonly #motion: Block;
  readonly #moved: Block;
  readonly #scratch: Block;
  /** The noise level, in units of motion; undefined before the second frame. */
  #noise: number | undefined;
  #hasState = false;

  /**
   * @param kernels - The kernels, in whose memory it works.
   * @param capacity - The largest thumbnail, in cells.
   */
  constructor(kernels: Kernels, { width, height }: Pick<Thumbnail, 'width' | 'height'>) {
    const plane = () => kernels.memory.allocate(width * height * FLOAT);
    this.#kernels = kernels;
    this.state = plane();
    this.activity = plane();
    const region = { x: 0, y: 0, width, height };
    this.reference = { width, height, region, y: plane(), u: plane(), v: plane() };
    this.#drift = plane();
    this.#motion = plane();
    this.#moved = plane();
    this.#scratch = kernels.memory.allocate(motionScratch(width, height));
  }

  /**
   * Filters confidence and thumbnail, or initialises the state with them.
   *
   * @param thumbnail - The thumbnail.
   * @param confidence - Its confidence map.
   * @returns Whether the frame is the first of a new scene, so that the state was reset.
   */
  follow(thumbnail: Thumbnail, confidence: Block): boolean {
    this.#moveTo(thumbnail);
    const isNewScene = this.#hasState && this.#compare(thumbnail) > SCENE_CHANGE_DIFFERENCE;
    if (!this.#hasState || isNewScene) this.#begin();
    else this.#measureNoise();
    this.#advance(thumbnail, confidence);
    return isNewScene;
  }

  /** Forgets all earlier frames. */
  reset(): void {
    this.#hasState = false;
    this.#noise = undefined;
  }

  /** Frees the memory. */
  dispose(): void {
    const { y, u, v } = this.reference;
    for (const block of [
      this.state,
      this.activity,
      y,
      u,
      v,
      this.#drift,
      this.#motion,
      this.#moved,
      this.#scratch,
    ]) {
      block.free();
    }
  }

  /** Resamples the state to another thumbnail; cells that were outside have no history. */
  #moveTo({ width, height, region }: Thumbnail): void {
    const { reference } = this;
    if (reference.width === width && reference.height === height && isSame(reference.region, region)) return;
    const from = { width: reference.width, height: reference.height, region: reference.region };
    Object.assign(reference, { width, height, region });
    if (!this.#hasState) return;
    for (const plane of [this.state, this.activity, this.#drift, reference.y, reference.u, reference.v]) {
      remap(this.#kernels, plane, from, this.#moved, reference, UNKNOWN);
      plane.f32.set(this.#moved.f32);
    }
  }

  /** Measures the motion, and returns the mean difference to the filtered thumbnail. */
  #compare(thumbnail: Thumbnail): number {
    const { width, height, y, u, v } = thumbnail;
    const { exports, arguments: structs } = this.#kernels;
    const { reference } = this;
    const count = width * height;
    exports.matchExposure(y.pointer, reference.y.pointer, count, 0);
    exports.matchExposure(u.pointer, reference.u.pointer, count, 128);
    exports.matchExposure(v.pointer, reference.v.pointer, count, 128);
    return exports.motion(
      structs.guide(thumbnail),
      structs.reference(reference),
      this.state.pointer,
      this.#motion.pointer,
      this.#scratch.pointer,
    );
  }

  #measureNoise(): void {
    const { width, height } = this.reference;
    const { share, rise, fall, top } = NOISE;
    const level = this.#kernels.exports.quantile(this.#motion.pointer, width * height, share, top);
    const noise = this.#noise ?? level;
    this.#noise = noise + (level > noise ? rise : fall) * (level - noise);
  }

  #begin(): void {
    this.state.f32.fill(UNKNOWN);
    this.#hasState = true;
  }

  #advance({ width, height, y, u, v }: Thumbnail, confidence: Block): void {
    const { exports, arguments: structs } = this.#kernels;
    const { reference } = this;
    const activity = this.activity.pointer;
    const count = width * height;
    const low = Math.min(MOTION.most, Math.max(MOTION.least, MOTION.factor * (this.#noise ?? 0)));
    const gains = structs.temporalGains.write({
      floor: TEMPORAL.floor,
      ceiling: TEMPORAL.ceiling,
      low,
      high: low + MOTION.span,
      hold: TEMPORAL.hold,
      rate: DRIFT.rate,
      driftLow: DRIFT.low,
      driftHigh: DRIFT.high,
    });
    exports.temporal(
      confidence.pointer,
      this.#motion.pointer,
      this.state.pointer,
      this.#drift.pointer,
      activity,
      count,
      gains,
    );
    exports.follow(y.pointer, activity, reference.y.pointer, count, TEMPORAL.reference);
    exports.follow(u.pointer, activity, reference.u.pointer, count, TEMPORAL.reference);
    exports.follow(v.pointer, activity, reference.v.pointer, count, TEMPORAL.reference);
  }
}

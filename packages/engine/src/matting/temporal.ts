import type { TemporalPlanesFields } from '../kernels/exports.js';
import type { Kernels } from '../kernels/kernels.js';
import type { Block } from '../kernels/memory.js';
import { motionScratch } from '../kernels/scratch.js';
import { isSame } from '../segmentation/region.js';
import { remap } from '../segmentation/remap.js';
import type { Thumbnail } from '../segmentation/thumbnail.js';
import {
  APPEARANCE,
  CAMERA,
  MEMORY,
  MOTION,
  NOISE,
  SCENE_CHANGE_DIFFERENCE,
  TEMPORAL,
  UNKNOWN,
} from './constants.js';
import type { Guide } from './guided.js';

const FLOAT = Float32Array.BYTES_PER_ELEMENT;

/** What a cell looked like when it was surely the background, and its evidence then. */
interface Place {
  readonly y: Block;
  readonly u: Block;
  readonly v: Block;
  readonly evidence: Block;
}

/** What the network has said about a cell since it has looked as it does. */
interface Memory {
  /** The mean log-odds. */
  readonly evidence: Block;
  /** For how many frames. */
  readonly age: Block;
  /** The mean log-odds of the last frames. */
  readonly recent: Block;
  /** 1 if the cell counts as the person, otherwise -1. */
  readonly label: Block;
}

/**
 * Filters confidence and thumbnail over time. A cell collects evidence for as long as it looks the same, so that it does not blink
 * when the network changes its mind; when something moves into it, it begins anew, and when that moves away, what was known of the
 * place behind is recalled.
 *
 * The history of each cell is in float planes of the thumbnail's size. A cell with a negative state has no history: the next frame
 * initialises it, whatever the other planes contain.
 */
export class TemporalFilter {
  /** The filtered confidence, 0..1; negative without history. */
  readonly state: Block;
  /** How much each cell has changed recently, 0 (at rest) to 1 (not filtered). */
  readonly activity: Block;
  /** The filtered thumbnail, in the exposure of the last frame. */
  readonly reference: { -readonly [Key in keyof Guide]: Guide[Key] };
  readonly #kernels: Kernels;
  readonly #memory: Memory;
  readonly #place: Place;
  readonly #motion: Block;
  readonly #moved: Block;
  readonly #scratch: Block;
  /** The noise level, in units of motion; undefined before the second frame. */
  #noise: number | undefined;
  #hasState = false;
  /** Where the planes are that the kernel writes. */
  readonly #pointers: TemporalPlanesFields;
  /** What the kernel goes by; some of it changes with noise and camera. */
  readonly #rule = {
    ...MEMORY,
    low: 0,
    high: 0,
    hold: TEMPORAL.hold,
    luma: 0,
    chroma: APPEARANCE.chroma,
    longest: 0,
  };

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
    this.#memory = { evidence: plane(), age: plane(), recent: plane(), label: plane() };
    this.#place = { y: plane(), u: plane(), v: plane(), evidence: plane() };
    const { evidence, age, recent, label } = this.#memory;
    const place = this.#place;
    this.#pointers = {
      state: this.state.pointer,
      activity: this.activity.pointer,
      evidence: evidence.pointer,
      age: age.pointer,
      recent: recent.pointer,
      label: label.pointer,
      placeY: place.y.pointer,
      placeU: place.u.pointer,
      placeV: place.v.pointer,
      placeEvidence: place.evidence.pointer,
    };
    this.#motion = plane();
    this.#moved = plane();
    this.#scratch = kernels.memory.allocate(motionScratch(width, height));
  }

  /**
   * Filters confidence and thumbnail, or initialises the state with them.
   *
   * @param thumbnail - The thumbnail.
   * @param confidence - Its confidence map; `undefined` if no network ran.
   * @returns Whether the frame is the first of a new scene, so that the state was reset.
   */
  follow(thumbnail: Thumbnail, confidence: Block | undefined): boolean {
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
    for (const block of [...this.#planes(), this.#motion, this.#moved, this.#scratch]) block.free();
  }

  /** Resamples the state to another thumbnail; cells that were outside have no history. */
  #moveTo({ width, height, region }: Thumbnail): void {
    const { reference } = this;
    if (reference.width === width && reference.height === height && isSame(reference.region, region)) return;
    const from = { width: reference.width, height: reference.height, region: reference.region };
    Object.assign(reference, { width, height, region });
    if (!this.#hasState) return;
    for (const plane of this.#planes()) {
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
    const place = this.#place;
    exports.matchExposure(y.pointer, reference.y.pointer, place.y.pointer, count, 0);
    exports.matchExposure(u.pointer, reference.u.pointer, place.u.pointer, count, 128);
    exports.matchExposure(v.pointer, reference.v.pointer, place.v.pointer, count, 128);
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

  /** The motion up to which a cell is at rest. */
  get #rest(): number {
    return clamp(MOTION.factor * (this.#noise ?? 0), MOTION.least, MOTION.most);
  }

  /** The largest age of a cell: lower while the camera moves. */
  get #longest(): number {
    if (this.#noise === undefined) return CAMERA.longest;
    const { width, height } = this.reference;
    const limit = this.#rest + MOTION.span / 2;
    const moving = this.#kernels.exports.shareAbove(this.#motion.pointer, width * height, limit);
    const share = clamp((moving - CAMERA.some) / (CAMERA.sure - CAMERA.some), 0, 1);
    return CAMERA.longest + share * (CAMERA.moving - CAMERA.longest);
  }

  #advance(thumbnail: Thumbnail, confidence: Block | undefined): void {
    const { exports, arguments: structs } = this.#kernels;
    const { width, height, y, u, v } = thumbnail;
    const { reference } = this;
    const rule = this.#rule;
    const { factor, least, most } = APPEARANCE;
    rule.low = this.#rest;
    rule.high = rule.low + MOTION.span;
    rule.luma = clamp(255 * factor * (this.#noise ?? 0), least, most);
    rule.longest = this.#longest;
    exports.temporal(
      structs.guide(thumbnail),
      structs.reference(reference),
      confidence?.pointer ?? 0,
      this.#motion.pointer,
      structs.temporalPlanes.write(this.#pointers),
      structs.temporalRule.write(rule),
    );
    const activity = this.activity.pointer;
    const count = width * height;
    exports.follow(y.pointer, activity, reference.y.pointer, count, TEMPORAL.reference);
    exports.follow(u.pointer, activity, reference.u.pointer, count, TEMPORAL.reference);
    exports.follow(v.pointer, activity, reference.v.pointer, count, TEMPORAL.reference);
  }

  /** All planes with history. */
  #planes(): readonly Block[] {
    const { y, u, v } = this.reference;
    const { evidence, age, recent, label } = this.#memory;
    const { y: placeY, u: placeU, v: placeV, evidence: placeEvidence } = this.#place;
    const memory = [evidence, age, recent, label, placeY, placeU, placeV, placeEvidence];
    return [this.state, this.activity, y, u, v, ...memory];
  }
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

import { smoothstep } from './confidence.reference.js';
import type { Planes } from './motion.reference.js';
import { at, clamp } from './sampling.reference.js';

/** What is known of each cell. */
export interface TemporalMemory {
  /** The filtered confidence, 0..1; negative without history. */
  readonly state: Float32Array;
  /** How much the cell has changed recently, 0..1. */
  readonly activity: Float32Array;
  /** The mean log-odds since the cell has looked as it does. */
  readonly evidence: Float32Array;
  /** For how many frames it has. */
  readonly age: Float32Array;
  /** The mean log-odds of the last frames. */
  readonly recent: Float32Array;
  /** 1 if the cell counts as the person, otherwise -1. */
  readonly label: Float32Array;
  /** What the cell looked like when it was surely the background. */
  readonly placeY: Float32Array;
  readonly placeU: Float32Array;
  readonly placeV: Float32Array;
  /** Its evidence then; 0 if it never was. */
  readonly placeEvidence: Float32Array;
}

/** The numbers that {@link temporal} works with, as `MEMORY` in src/matting/constants.ts has them. */
export interface TemporalNumbers {
  readonly low: number;
  readonly high: number;
  readonly hold: number;
  readonly luma: number;
  readonly chroma: number;
  readonly replaced: number;
  readonly recalled: number;
  readonly background: number;
  readonly young: number;
  readonly mature: number;
  readonly longest: number;
  readonly slowest: number;
  readonly first: number;
  readonly floor: number;
  readonly ceiling: number;
  readonly near: number;
  readonly far: number;
  readonly unsure: number;
  readonly sure: number;
  readonly unchanged: number;
  readonly changed: number;
  readonly surely: number;
  readonly rate: number;
  readonly turn: number;
  readonly turnFar: number;
  readonly turnSure: number;
  readonly gone: number;
  readonly goneRecent: number;
  readonly goneEvidence: number;
  readonly held: number;
}

/** The largest log-odds: what a network is surer of counts as this. */
const LIMIT = 5;

/** Activity below this is none. */
const QUIET = 0.001;

function logOdds(confidence: number): number {
  const p = Number.isNaN(confidence) ? 0 : confidence;
  return clamp(Math.log(p / (1 - p)), -LIMIT, LIMIT);
}

function sigmoid(odds: number): number {
  return 1 / (1 + Math.exp(-clamp(odds, -LIMIT, LIMIT)));
}

/**
 * Takes one frame into the memory. A cell collects evidence for as long as it looks the same:
 *
 *     evidence += gain (log-odds - evidence)
 *
 * with the gain of a mean, 1 / age, down to `slowest`. In a cell that has only just got its look (younger than `young`) the gain
 * is at least that of the present, between `floor` and `ceiling` by the activity, or 1 / age up to `first`.
 *
 * Where the frame moves and the look differs from the reference it is another one. If it is that of the place, the cell as it was
 * when it was surely the background, its evidence is recalled; otherwise the collection begins anew. A larger gain is due to
 *
 * - activity: the more, the closer the look is to another one, and the surer the network;
 * - a turn: the network has been sure of the opposite for some frames (`recent`);
 * - somebody who has gone: the network has been sure of the background.
 *
 * A cell changes between person and background only where its evidence goes beyond the other side's `held`, by which the state
 * leans to its side, the more, the older the cell is.
 *
 * @param confidence - The network's output, 0..1; `undefined` if it did not run.
 */
export function temporal(
  guide: Planes,
  reference: Planes,
  confidence: Float32Array | undefined,
  motion: Float32Array,
  memory: TemporalMemory,
  count: number,
  rule: TemporalNumbers,
): void {
  const { state, activity, evidence, age, recent, label, placeY, placeU, placeV, placeEvidence } = memory;
  const apart = (i: number, y: Float32Array, u: Float32Array, v: Float32Array) =>
    Math.max(
      Math.abs(at(guide.y, i) - at(y, i)) / rule.luma,
      (Math.abs(at(guide.u, i) - at(u, i)) + Math.abs(at(guide.v, i) - at(v, i))) / rule.chroma,
    );
  for (let i = 0; i < count; i++) {
    if (at(state, i) < 0) {
      activity[i] = 1;
      if (!confidence) continue;
      const seen = logOdds(at(confidence, i));
      state[i] = sigmoid(seen);
      evidence[i] = seen;
      age[i] = 1;
      recent[i] = seen;
      label[i] = seen > 0 ? 1 : -1;
      placeY[i] = at(guide.y, i);
      placeU[i] = at(guide.u, i);
      placeV[i] = at(guide.v, i);
      placeEvidence[i] = 0;
      continue;
    }
    const seen = confidence ? logOdds(at(confidence, i)) : at(evidence, i);
    const lasting = Math.max(smoothstep(rule.low, rule.high, at(motion, i)), rule.hold * at(activity, i));
    const active = lasting < QUIET ? 0 : lasting;
    const change = apart(i, reference.y, reference.u, reference.v);
    let before = at(evidence, i);
    let frames = at(age, i);
    let late = at(recent, i);
    const differs = change >= 1 && active > rule.replaced;
    const isRecalled =
      differs && at(placeEvidence, i) < rule.background && apart(i, placeY, placeU, placeV) < 1;
    if (isRecalled) {
      before = at(placeEvidence, i);
      late = before;
      frames = rule.recalled;
    } else if (differs) {
      late = seen;
      frames = 0;
    }
    frames = Math.min(rule.longest, frames + 1);
    late += rule.rate * (seen - late);

    let gain: number;
    if (frames < rule.young) {
      const present = rule.floor + (rule.ceiling - rule.floor) * active;
      gain = Math.max(present, Math.min(1 / frames, rule.first));
    } else {
      const colored = smoothstep(rule.near, rule.far, change);
      const sure = smoothstep(rule.unsure, rule.sure, Math.abs(seen));
      const moved = active * (rule.unchanged + colored * (rule.changed + rule.surely * sure));
      gain = Math.max(1 / frames, rule.slowest, isRecalled ? 0 : moved);
    }
    if (late * before < 0 && Math.abs(late - before) > rule.turnFar && Math.abs(late) > rule.turnSure)
      gain = Math.max(gain, rule.turn);
    if (late < rule.goneRecent && before > rule.goneEvidence) gain = Math.max(gain, rule.gone);

    const now = before + gain * (seen - before);
    const isPerson =
      frames < rule.young ? now > 0 : now > rule.held || (now >= -rule.held && at(label, i) > 0);
    const side = isPerson ? 1 : -1;
    const holding = clamp((frames - rule.young) / Math.max(rule.mature - rule.young, 1e-6), 0, 1);
    if (now < rule.background && frames >= rule.young) {
      placeY[i] = at(reference.y, i);
      placeU[i] = at(reference.u, i);
      placeV[i] = at(reference.v, i);
      placeEvidence[i] = now;
    }
    state[i] = sigmoid(now + side * rule.held * holding);
    activity[i] = active;
    evidence[i] = now;
    age[i] = frames;
    recent[i] = late;
    label[i] = side;
  }
}

/**
 * `target += gain (source - target)`, the gain between `floor` and 1 by the activity. At 1 the target is the source, whatever
 * it was.
 */
export function follow(
  source: Float32Array,
  activity: Float32Array,
  target: Float32Array,
  count: number,
  floor: number,
): void {
  for (let i = 0; i < count; i++) {
    const before = at(target, i);
    const gain = floor + (1 - floor) * at(activity, i);
    target[i] = at(activity, i) < 1 ? before + gain * (at(source, i) - before) : at(source, i);
  }
}

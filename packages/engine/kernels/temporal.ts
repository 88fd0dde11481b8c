// The temporal filter of confidence maps: evidence that is collected for as long as a cell looks the same. Defined by
// temporal.reference.ts.
import { rangeOf } from './smoothstep';
import { Guide, TemporalPlanes, TemporalRule } from './structs';

/** The bits of sqrt(1/2), and where a float's exponent begins. */
const ROOT_HALF: i32 = 0x3f3504f3;
const EXPONENT: i32 = 23;

/** Activity below this is none: it would fade out through subnormal numbers, which are slow. */
const QUIET: f32 = 0.001;

/** The largest log-odds (`LIMIT` in temporal.reference.ts), and the distance of its confidence from 1/2. */
const LIMIT: f32 = 5;
const CERTAINTY: f32 = 0.4933071490757153;

/** Whether four values are at least this far from 0: most cells are certain, and need neither logarithm nor exponential. */
function areFar(values: v128, limit: f32): bool {
  return !v128.any_true(f32x4.lt(f32x4.abs(values), f32x4.splat(limit)));
}

/** A limit with the signs of four values. */
function signed(limit: f32, values: v128): v128 {
  return v128.bitselect(values, f32x4.splat(limit), i32x4.splat(i32.MIN_VALUE));
}

/** `ln(p / (1 - p))` of four values, within 1e-5, clamped to -5..5. */
function logOdds(values: v128): v128 {
  const centred = f32x4.sub(values, f32x4.splat(0.5));
  if (areFar(centred, CERTAINTY)) return signed(LIMIT, centred);
  const limits = f32x4.splat(CERTAINTY);
  const near = f32x4.pmin(limits, f32x4.pmax(f32x4.neg(limits), centred));
  const p = f32x4.add(near, f32x4.splat(0.5));
  const odds = f32x4.div(p, f32x4.sub(f32x4.splat(1), p));
  // odds = 2^exponent m, m within sqrt(1/2)..sqrt(2), and ln(m) = 2 (t + t^3 / 3 + t^5 / 5 + ...) with t = (m - 1) / (m + 1).
  const exponent = i32x4.shr_s(i32x4.sub(odds, i32x4.splat(ROOT_HALF)), EXPONENT);
  const m = i32x4.sub(odds, i32x4.shl(exponent, EXPONENT));
  const t = f32x4.div(f32x4.sub(m, f32x4.splat(1)), f32x4.add(m, f32x4.splat(1)));
  const square = f32x4.mul(t, t);
  let series = f32x4.add(f32x4.splat(0.4), f32x4.mul(square, f32x4.splat(2.0 / 7)));
  series = f32x4.add(f32x4.splat(2.0 / 3), f32x4.mul(square, series));
  series = f32x4.mul(t, f32x4.add(f32x4.splat(2), f32x4.mul(square, series)));
  return f32x4.add(series, f32x4.mul(f32x4.convert_i32x4_s(exponent), f32x4.splat(<f32>Math.LN2)));
}

/** `1 / (1 + e^-x)` of four values, clamped to -5..5, within 1e-5 of the result. */
function sigmoid(values: v128): v128 {
  if (areFar(values, LIMIT)) return f32x4.add(signed(CERTAINTY, values), f32x4.splat(0.5));
  const limits = f32x4.splat(LIMIT);
  const negative = f32x4.pmin(limits, f32x4.pmax(f32x4.neg(limits), f32x4.neg(values)));
  // e^-x = 2^n e^f, |f| <= ln(2) / 2.
  const n = f32x4.nearest(f32x4.mul(negative, f32x4.splat(<f32>Math.LOG2E)));
  const f = f32x4.sub(negative, f32x4.mul(n, f32x4.splat(<f32>Math.LN2)));
  let power = f32x4.add(f32x4.splat(1.0 / 24), f32x4.mul(f, f32x4.splat(1.0 / 120)));
  power = f32x4.add(f32x4.splat(1.0 / 6), f32x4.mul(f, power));
  power = f32x4.add(f32x4.splat(0.5), f32x4.mul(f, power));
  power = f32x4.add(f32x4.splat(1), f32x4.mul(f, power));
  power = f32x4.add(f32x4.splat(1), f32x4.mul(f, power));
  const scale = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), EXPONENT);
  return f32x4.div(f32x4.splat(1), f32x4.add(f32x4.splat(1), f32x4.mul(power, scale)));
}

/** How far colours are apart, 1 being the largest distance within one appearance, by the reciprocals of the largest differences. */
function distance(y: v128, u: v128, v: v128, y0: v128, u0: v128, v0: v128, luma: v128, chroma: v128): v128 {
  const apart = f32x4.add(f32x4.abs(f32x4.sub(u, u0)), f32x4.abs(f32x4.sub(v, v0)));
  return f32x4.pmax(f32x4.mul(f32x4.abs(f32x4.sub(y, y0)), luma), f32x4.mul(apart, chroma));
}

/** The reciprocal of the distance between two limits. */
function slopeOf(low: f32, high: f32): v128 {
  return f32x4.splat(<f32>1 / rangeOf(low, high));
}

/** From 0 at `low` to 1, linearly. */
function ramp(values: v128, low: f32, slope: v128): v128 {
  const t = f32x4.mul(f32x4.sub(values, f32x4.splat(low)), slope);
  return f32x4.pmin(f32x4.splat(1), f32x4.pmax(f32x4.splat(0), t));
}

/** The same, smooth at both ends. */
function smooth(values: v128, low: f32, slope: v128): v128 {
  const t = ramp(values, low, slope);
  return f32x4.mul(f32x4.mul(t, t), f32x4.sub(f32x4.splat(3), f32x4.add(t, t)));
}

/**
 * Takes one frame into the memory of each cell, and gives the state that follows from it.
 *
 * @param guide - The frame's colours.
 * @param reference - The colours that each cell has had so far, of the guide's size.
 * @param confidence - Float plane, 0..1; 0 (no plane) if no network ran.
 * @param motion - Float plane, as `motion` gives it.
 * @param planes - The memory. Written.
 */
export function temporal(
  guide: Guide,
  reference: Guide,
  confidence: usize,
  motion: usize,
  planes: TemporalPlanes,
  rule: TemporalRule,
): void {
  const bytes = 4 * guide.width * guide.height;
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  const inMotion = slopeOf(rule.low, rule.high);
  const byColor = slopeOf(rule.near, rule.far);
  const byCertainty = slopeOf(rule.unsure, rule.sure);
  const byAge = slopeOf(rule.young, rule.mature);
  const lumas = f32x4.splat(<f32>1 / rule.luma);
  const chromas = f32x4.splat(<f32>1 / rule.chroma);
  const youngs = f32x4.splat(rule.young);
  const backgrounds = f32x4.splat(rule.background);
  const helds = f32x4.splat(rule.held);
  for (let i = 0; i < bytes; i += 16) {
    const before = v128.load(planes.state + i);
    const unknown = f32x4.lt(before, zero);
    const moving = smooth(v128.load(motion + i), rule.low, inMotion);
    let active = f32x4.pmax(moving, f32x4.mul(f32x4.splat(rule.hold), v128.load(planes.activity + i)));
    active = v128.and(active, f32x4.ge(active, f32x4.splat(QUIET)));
    const y = v128.load(guide.y + i);
    const u = v128.load(guide.u + i);
    const v = v128.load(guide.v + i);
    const y0 = v128.load(reference.y + i);
    const u0 = v128.load(reference.u + i);
    const v0 = v128.load(reference.v + i);
    const apart = distance(y, u, v, y0, u0, v0, lumas, chromas);

    let evidence = v128.load(planes.evidence + i);
    let age = v128.load(planes.age + i);
    let recent = v128.load(planes.recent + i);
    let seen = evidence;
    if (confidence) seen = logOdds(v128.load(confidence + i));

    // Most cells look as they did, and skip this.
    const differs = v128.and(f32x4.ge(apart, one), f32x4.gt(active, f32x4.splat(rule.replaced)));
    let recalled = zero;
    if (v128.any_true(differs)) {
      const placeY = v128.load(planes.placeY + i);
      const placeU = v128.load(planes.placeU + i);
      const placeV = v128.load(planes.placeV + i);
      const placeEvidence = v128.load(planes.placeEvidence + i);
      const fromPlace = distance(y, u, v, placeY, placeU, placeV, lumas, chromas);
      const isPlace = v128.and(f32x4.lt(placeEvidence, backgrounds), f32x4.lt(fromPlace, one));
      recalled = v128.and(differs, isPlace);
      evidence = v128.bitselect(placeEvidence, evidence, recalled);
      age = v128.bitselect(f32x4.splat(rule.recalled), v128.andnot(age, differs), recalled);
      recent = v128.bitselect(v128.bitselect(placeEvidence, seen, recalled), recent, differs);
    }
    age = f32x4.pmin(f32x4.splat(rule.longest), f32x4.add(age, one));
    recent = f32x4.add(recent, f32x4.mul(f32x4.splat(rule.rate), f32x4.sub(seen, recent)));

    const mean = f32x4.div(one, age);
    const isYoung = f32x4.lt(age, youngs);
    let gain = f32x4.pmax(mean, f32x4.splat(rule.slowest));
    if (v128.any_true(f32x4.gt(active, zero))) {
      const sure = smooth(f32x4.abs(seen), rule.unsure, byCertainty);
      const surely = f32x4.add(f32x4.splat(rule.changed), f32x4.mul(f32x4.splat(rule.surely), sure));
      const changed = f32x4.mul(smooth(apart, rule.near, byColor), surely);
      const moved = f32x4.mul(active, f32x4.add(f32x4.splat(rule.unchanged), changed));
      gain = f32x4.pmax(gain, v128.andnot(moved, recalled));
    }
    if (v128.any_true(isYoung)) {
      const present = f32x4.add(
        f32x4.splat(rule.floor),
        f32x4.mul(f32x4.splat(rule.ceiling - rule.floor), active),
      );
      gain = v128.bitselect(f32x4.pmax(present, f32x4.pmin(mean, f32x4.splat(rule.first))), gain, isYoung);
    }

    const against = f32x4.lt(f32x4.mul(recent, evidence), zero);
    const isGone = v128.and(
      f32x4.lt(recent, f32x4.splat(rule.goneRecent)),
      f32x4.gt(evidence, f32x4.splat(rule.goneEvidence)),
    );
    if (v128.any_true(v128.or(against, isGone))) {
      const isFar = f32x4.gt(f32x4.abs(f32x4.sub(recent, evidence)), f32x4.splat(rule.turnFar));
      const isSure = f32x4.gt(f32x4.abs(recent), f32x4.splat(rule.turnSure));
      const turns = v128.and(v128.and(against, isFar), isSure);
      gain = f32x4.pmax(gain, v128.and(f32x4.splat(rule.turn), turns));
      gain = f32x4.pmax(gain, v128.and(f32x4.splat(rule.gone), isGone));
    }
    evidence = f32x4.add(evidence, f32x4.mul(gain, f32x4.sub(seen, evidence)));

    // 1 for the person, -1 for the background: a young cell is what it is now, others change only beyond the hysteresis.
    const stays = v128.and(f32x4.ge(evidence, f32x4.neg(helds)), f32x4.gt(v128.load(planes.label + i), zero));
    const person = v128.bitselect(
      f32x4.gt(evidence, zero),
      v128.or(f32x4.gt(evidence, helds), stays),
      isYoung,
    );
    const label = v128.bitselect(one, f32x4.splat(-1), person);
    const holding = f32x4.mul(helds, ramp(age, rule.young, byAge));
    const shown = sigmoid(f32x4.add(evidence, f32x4.mul(label, holding)));
    const isKnown = v128.andnot(f32x4.lt(evidence, backgrounds), isYoung);
    if (v128.any_true(isKnown)) {
      v128.store(planes.placeY + i, v128.bitselect(y0, v128.load(planes.placeY + i), isKnown));
      v128.store(planes.placeU + i, v128.bitselect(u0, v128.load(planes.placeU + i), isKnown));
      v128.store(planes.placeV + i, v128.bitselect(v0, v128.load(planes.placeV + i), isKnown));
      v128.store(
        planes.placeEvidence + i,
        v128.bitselect(evidence, v128.load(planes.placeEvidence + i), isKnown),
      );
    }
    v128.store(planes.state + i, shown);
    v128.store(planes.activity + i, active);
    v128.store(planes.evidence + i, evidence);
    v128.store(planes.age + i, age);
    v128.store(planes.recent + i, recent);
    v128.store(planes.label + i, label);
    if (!v128.any_true(unknown)) continue;

    v128.store(planes.activity + i, v128.bitselect(one, active, unknown));
    if (!confidence) {
      v128.store(planes.state + i, v128.bitselect(before, shown, unknown));
      continue;
    }
    const side = v128.bitselect(one, f32x4.splat(-1), f32x4.gt(seen, zero));
    v128.store(planes.state + i, v128.bitselect(sigmoid(seen), shown, unknown));
    v128.store(planes.evidence + i, v128.bitselect(seen, evidence, unknown));
    v128.store(planes.age + i, v128.bitselect(one, age, unknown));
    v128.store(planes.recent + i, v128.bitselect(seen, recent, unknown));
    v128.store(planes.label + i, v128.bitselect(side, label, unknown));
    v128.store(planes.placeY + i, v128.bitselect(y, v128.load(planes.placeY + i), unknown));
    v128.store(planes.placeU + i, v128.bitselect(u, v128.load(planes.placeU + i), unknown));
    v128.store(planes.placeV + i, v128.bitselect(v, v128.load(planes.placeV + i), unknown));
    v128.store(planes.placeEvidence + i, v128.andnot(v128.load(planes.placeEvidence + i), unknown));
  }
}

/**
 * `target += gain * (source - target)`, the gain between `floor` and 1 by the activity. Where that is 1, it does not matter
 * what the target was.
 *
 * @param count - Number of floats in each of the three planes.
 */
export function follow(source: usize, activity: usize, target: usize, count: i32, floor: f32): void {
  const floors = f32x4.splat(floor);
  const rest = f32x4.splat(1 - floor);
  const one = f32x4.splat(1);
  for (let i = 0; i < 4 * count; i += 16) {
    const now = v128.load(source + i);
    const before = v128.load(target + i);
    const active = v128.load(activity + i);
    const gain = f32x4.add(floors, f32x4.mul(rest, active));
    const followed = f32x4.add(before, f32x4.mul(gain, f32x4.sub(now, before)));
    v128.store(target + i, v128.bitselect(now, followed, f32x4.ge(active, one)));
  }
}
